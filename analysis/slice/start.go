package slice

// findStarts lists where operations enter, and the outermost functions of other code, and gives each the sources and writes that it reaches.
func (a *analysis) findStarts() {
	a.entry = make([]*start, len(a.funcs))
	var ids []int32
	for _, e := range a.Entries {
		if f := a.byFunc[e.Fn]; f != nil && a.entry[f.id] == nil {
			a.entry[f.id] = &start{fn: f, method: e.Method}
			a.starts = append(a.starts, a.entry[f.id])
			ids = append(ids, f.id)
		}
	}
	for _, f := range a.funcs {
		if len(f.origins) == 0 && len(a.records[f.id]) == 0 {
			continue
		}
		starts, wide := a.above(f)
		for _, st := range starts {
			if wide {
				st.wide = append(st.wide, f.origins...)
				st.far = append(st.far, f.id)
			} else {
				st.narrow = append(st.narrow, f.origins...)
				st.near = append(st.near, f.id)
			}
		}
	}
	a.findOutside(ids)
}

func (a *analysis) isEntry(f int32) bool { return a.entry[f] != nil }

// above lists the entries from which f is reached; if there are too many, only those from which it is without another in between.
func (a *analysis) above(f *function) (list []*start, wide bool) {
	if list, ok := a.climb(f, func(int32) bool { return false }); ok {
		return list, false
	}
	list, _ = a.climb(f, a.isEntry)
	return list, true
}

func (a *analysis) climb(f *function, stop func(int32) bool) (list []*start, ok bool) {
	a.round++
	if a.visited == nil {
		a.visited = make([]int32, len(a.funcs))
	}
	work := []int32{f.id}
	a.visited[f.id] = a.round
	for i := 0; i < len(work); i++ {
		g := work[i]
		if a.entry[g] != nil {
			list = append(list, a.entry[g])
			if len(list) > maxListed && !stop(g) {
				return nil, false
			}
		}
		if stop(g) {
			continue
		}
		for _, c := range a.calls.callers[g] {
			if a.visited[c] != a.round {
				a.visited[c] = a.round
				work = append(work, c)
			}
		}
	}
	return list, true
}

// findOutside adds the functions that nothing calls, and what they reach without passing an entry.
func (a *analysis) findOutside(entries []int32) {
	covered, _ := spread(a.calls.callees, nil, entries...)
	outermost := func(f *function) {
		if a.isEntry(f.id) {
			return
		}
		_, list := spread(a.calls.callees, a.isEntry, f.id)
		st := &start{fn: f, outside: true}
		for _, g := range list {
			if a.isEntry(g) {
				continue
			}
			covered[g] = true
			if o := a.funcs[g].origins; len(o) > 0 || len(a.records[g]) > 0 {
				st.narrow = append(st.narrow, o...)
				st.near = append(st.near, g)
			}
		}
		if len(st.near) > 0 {
			a.starts = append(a.starts, st)
		}
	}
	for _, f := range a.funcs {
		if len(a.calls.callers[f.id]) == 0 {
			outermost(f)
		}
	}
	for _, f := range a.funcs { // those that only call each other
		if !covered[f.id] {
			outermost(f)
		}
	}
}
