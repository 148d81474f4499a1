package analysis_test

import (
	"bytes"
	"context"
	"fmt"
	"go/format"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/txtar"

	"github.com/midas-tiers/midas/analysis"
)

// The archives of testdata/profiles say what the right answer is, from Go's semantics and the profiles alone. Each is a package tree
// example.com/case/ARCHIVE/..., of which each folder is a program of its own. testdata/profiles/stubs has the declarations of the
// libraries that they call, one module a folder, under their real import paths. The archive's comment begins with a line that says how to
// analyse it:
//
//	profile: NAME [roots=REGEXP] [architecture]
//
// "// case NAME" on a line of its own starts a case; it ends where the next begins. Other comments state what is expected of their line,
// several joined by "; ":
//
//	source KIND first-hand -> REACH, REACH   the source of this line, and all that it reaches
//	source KIND first-hand must -> ...       with the report's must; may for its opposite
//	source KIND superficial                  it is reported, and reaches nothing that persists
//	source KIND superficial in ENTRY         what it is to one of several entries; first-hand likewise
//	source(TAG) KIND ..., unknown(TAG)       of the expectations of a case with the same tag at least one is met, and all are allowed
//	may KIND                                 a source that is allowed here, of either class
//	contaminated HOW, HOW [of FIELD] [from KIND]   the contaminated writes of this line: value, location, occurrence
//	clean                                    no contaminated write and no first-hand source
//	unknown                                  something that the analysis cannot see
//
// A line without an expectation has no first-hand source; of contaminated writes it says nothing. Lists are complete unless they end in
// "..."; "contaminated ..." is so in any way. In names, @ is the path of the line's package and * any text. "|" separates alternatives,
// where the design leaves the choice. What a reply carries is compared in profiles in which replies persist.

// profileCases is one archive.
type profileCases struct {
	name    string // of the archive, and of its folder
	profile string
	roots   string
	arch    bool
	files   []txtar.File
}

const profileFolder = "testdata/profiles"

// readProfileCases parses the archives.
func readProfileCases(t *testing.T) []*profileCases {
	t.Helper()
	names, err := filepath.Glob(profileFolder + "/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	var out []*profileCases
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c := &profileCases{name: strings.TrimSuffix(filepath.Base(name), ".txtar"), files: ar.Files}
		if err := c.parseHeader(string(ar.Comment)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, c)
	}
	return out
}

func (c *profileCases) parseHeader(comment string) error {
	first, _, _ := strings.Cut(comment, "\n")
	words := strings.Fields(first)
	if len(words) < 2 || words[0] != "profile:" {
		return fmt.Errorf("the first line is no profile: %q", first)
	}
	c.profile = words[1]
	for _, w := range words[2:] {
		roots, ok := strings.CutPrefix(w, "roots=")
		switch {
		case ok:
			c.roots = roots
		case w == "architecture":
			c.arch = true
		default:
			return fmt.Errorf("unknown word %q in the first line", w)
		}
	}
	if (c.profile == "func") != (c.roots != "") {
		return fmt.Errorf("profile %s with roots %q", c.profile, c.roots)
	}
	return nil
}

// replies says whether what an entry returns persists.
func (c *profileCases) replies() bool {
	return slices.Contains([]string{"cosmos", "fabric", "temporal"}, c.profile)
}

// unpackProfiles lays out the one module that all archives share, so that the stubs are compiled once.
func unpackProfiles(t *testing.T, all []*profileCases) string {
	t.Helper()
	dir := t.TempDir()
	for _, c := range all {
		for _, f := range c.files {
			write(t, filepath.Join(dir, c.name, f.Name), f.Data)
		}
	}
	stubs := profileFolder + "/stubs"
	var mod bytes.Buffer
	mod.WriteString("module example.com/case\n\ngo 1.26.0\n")
	err := filepath.WalkDir(stubs, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(stubs, name)
		if err != nil {
			return err
		}
		if filepath.Base(name) == "go.mod.txt" {
			module := filepath.ToSlash(filepath.Dir(rel))
			fmt.Fprintf(&mod, "\nrequire %s %s\n\nreplace %s => ./stubs/%s\n", module, stubVersion(module), module, module)
		}
		write(t, filepath.Join(dir, "stubs", strings.TrimSuffix(rel, ".txt")), data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.mod"), mod.Bytes())
	return dir
}

var majorSuffix = regexp.MustCompile(`/v(\d+)$`)

// stubVersion is one that a module of this path may have.
func stubVersion(module string) string {
	if m := majorSuffix.FindStringSubmatch(module); m != nil {
		return "v" + m[1] + ".0.0"
	}
	return "v0.0.0"
}

// stubFlags let the build cache serve the stubs although their folder is another one in each run.
var stubFlags = []string{"-trimpath"}

// TestProfileCasesCompile: an expectation about a program that is none says nothing.
func TestProfileCasesCompile(t *testing.T) {
	all := readProfileCases(t)
	dir := unpackProfiles(t, all)
	pkgs, err := packages.Load(&packages.Config{Dir: dir, BuildFlags: stubFlags, Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles |
		packages.NeedImports | packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedExportFile}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range pkgs {
		seen[strings.Split(strings.TrimPrefix(p.PkgPath, "example.com/case/"), "/")[0]] = true
		for _, e := range p.Errors {
			t.Error(e)
		}
	}
	for _, c := range all {
		if !seen[c.name] {
			t.Errorf("%s has no package", c.name)
		}
		for _, f := range c.files {
			if got, err := format.Source(f.Data); err != nil || !bytes.Equal(got, f.Data) {
				t.Errorf("%s: %s is not formatted: %v", c.name, f.Name, err)
			}
		}
	}
}

// leastCases is how many the archives have to hold.
const leastCases = 130

// TestProfileCasesParse: every expectation is understood, belongs to a case, and each case has a name of its own and states something.
func TestProfileCasesParse(t *testing.T) {
	n := 0
	for _, c := range readProfileCases(t) {
		cases, err := c.parse()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		n += len(cases)
	}
	if n < leastCases {
		t.Errorf("%d cases, want at least %d", n, leastCases)
	}
	t.Logf("%d cases", n)
}

// TestProfileCases analyses each program of each archive and compares the report with the expectations.
func TestProfileCases(t *testing.T) {
	all := readProfileCases(t)
	dir, open := unpackProfiles(t, all), readOpenCases(t)
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cases, err := c.parse()
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range programsOf(cases) {
				c.test(t, dir, p, open)
			}
		})
	}
}

// profileProgram is what is analysed at once: a folder of an archive with what lies below, or its root.
type profileProgram struct {
	pattern string
	cases   []*profileCase
}

// programsOf takes the cases apart by the folder that they lie in.
func programsOf(cases []*profileCase) []*profileProgram {
	var out []*profileProgram
	for _, k := range cases {
		parts := strings.Split(k.file, "/")
		pattern := "./" + parts[0]
		if len(parts) > 2 {
			pattern = "./" + path.Join(parts[0], parts[1], "...")
		}
		i := slices.IndexFunc(out, func(p *profileProgram) bool { return p.pattern == pattern })
		if i < 0 {
			i = len(out)
			out = append(out, &profileProgram{pattern: pattern})
		}
		out[i].cases = append(out[i].cases, k)
	}
	return out
}

// openCases lists those about which the report is not right yet, one a line. It may only become shorter.
const openCases = profileFolder + "/open.txt"

func readOpenCases(t *testing.T) map[string]bool {
	t.Helper()
	b, err := os.ReadFile(openCases)
	if err != nil {
		t.Fatal(err)
	}
	open := map[string]bool{}
	for _, name := range strings.Fields(string(b)) {
		open[name] = true
	}
	return open
}

func (c *profileCases) test(t *testing.T, dir string, p *profileProgram, open map[string]bool) {
	res, err := analysis.Run(context.Background(), analysis.Config{Dir: dir, Patterns: []string{p.pattern}, BuildFlags: stubFlags,
		Profile: c.profile, Roots: c.roots, Architecture: c.arch})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range res.Report.Broken {
		t.Errorf("package %s: %s", b.Package, b.Error)
	}
	found := indexReport(res.Report, c.replies())
	for _, k := range p.cases {
		t.Run(k.name, func(t *testing.T) {
			problems := k.check(found)
			if name := c.name + "/" + k.name; open[name] {
				if len(problems) == 0 {
					t.Errorf("the report is right now: take %s off %s", name, openCases)
				}
				t.Skipf("the report is not right yet: %s", strings.Join(problems, "; "))
			}
			for _, problem := range problems {
				t.Error(problem)
			}
		})
	}
}
