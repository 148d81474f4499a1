package profile

import (
	"fmt"
	"regexp"
	"strings"
)

// names of the profiles, sorted.
var names = []string{"cosmos", "fabric", "func", "grpc", "raftfsm", "temporal"}

// Named returns the profile of that name. Roots is the regular expression on full names of functions that profile func, and no other,
// needs.
func Named(name, roots string) (*Profile, error) {
	if roots != "" && name != "func" {
		return nil, fmt.Errorf("profile %s: -roots is for profile func only", name)
	}
	switch name {
	case "cosmos":
		return &Profile{Name: name, Reply: true, Memory: Local, Write: cosmosWrite, Nested: none, find: cosmosEntries}, nil
	case "fabric":
		return &Profile{Name: name, Reply: true, Memory: Local, Write: fabricWrite, Nested: fabricNested, find: fabricEntries}, nil
	case "func":
		return rootsProfile(roots)
	case "grpc":
		return &Profile{Name: name, Memory: Replicated, Write: none, Nested: grpcNested, find: grpcEntries}, nil
	case "raftfsm":
		return &Profile{Name: name, Memory: Replicated, Write: none, Nested: grpcNested, find: raftEntries}, nil
	case "temporal":
		return &Profile{
			Name: name, Reply: true, Memory: Local, Write: workflowWrite, Nested: workflowNested, Recorded: workflowRecorded, find: workflowEntries,
		}, nil
	}
	return nil, fmt.Errorf("unknown profile %q: known are %s", name, strings.Join(names, ", "))
}

func rootsProfile(roots string) (*Profile, error) {
	if roots == "" {
		return nil, fmt.Errorf("profile func: -roots is missing: a regular expression on full names such as (*example.com/p.Store).Put")
	}
	re, err := regexp.Compile(roots)
	if err != nil {
		return nil, fmt.Errorf("profile func: -roots: %w", err)
	}
	return &Profile{Name: "func", Memory: Replicated, Write: none, Nested: grpcNested, find: func(s *search) { s.matching(re) }}, nil
}
