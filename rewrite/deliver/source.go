package deliver

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"

	"github.com/midas-tiers/midas"
)

// linkedPath is the path of the linked half's module.
const linkedPath = "github.com/midas-tiers/midas"

// InputError is a fault in what the user gave, in one line that says what to do about it.
type InputError struct{ msg string }

func (e *InputError) Error() string { return e.msg }

func inputErrorf(format string, args ...any) error {
	return &InputError{fmt.Sprintf(format, args...)}
}

// Config of Load. The zero value means the current folder and environment.
type Config struct {
	Dir   string   // folder in which the go command runs; "" is the current one
	Env   []string // environment of the go command; nil is that of this process
	Cache string   // folder for what the build needs; "" is "midas" in the user's cache folder

	// Linked is the linked half: content by path in its module. nil is the one that this program carries.
	Linked map[string][]byte
}

// Source is the program around a folder: its main modules and how they are resolved. It is not changed after Load and may be used by
// several goroutines.
type Source struct {
	cfg   Config
	mains []module
	work  *modfile.WorkFile // nil outside a workspace
	root  string            // folder of go.work, or of the only main module
}

// module is one main module.
type module struct {
	Path      string
	Dir       string
	GoMod     string
	GoVersion string

	file *modfile.File
}

// Load finds the main modules around cfg.Dir. A folder outside any module is an InputError.
func Load(ctx context.Context, cfg Config) (*Source, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Source{cfg: cfg}
	env, err := s.goEnv(ctx)
	if err != nil {
		return nil, err
	}
	if err := env.check(cfg.Dir); err != nil {
		return nil, err
	}
	s.cfg.Env = append(slices.Clone(cfg.Env), "GOFLAGS="+env.readonly())
	if s.mains, err = s.mainModules(ctx); err != nil {
		return nil, err
	}
	if env.GOWORK == "" {
		s.root = s.mains[0].Dir
		return s, nil
	}
	s.root = filepath.Dir(env.GOWORK)
	data, err := os.ReadFile(env.GOWORK)
	if err != nil {
		return nil, fmt.Errorf("read workspace: %w", err)
	}
	s.work, err = modfile.ParseWork(env.GOWORK, data, nil)
	return s, err
}

func (c Config) withDefaults() (Config, error) {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return c, fmt.Errorf("find folder %s: %w", c.Dir, err)
	}
	c.Dir = dir
	if c.Env == nil {
		c.Env = os.Environ()
	}
	if c.Cache == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return c, fmt.Errorf("find cache folder: %w", err)
		}
		c.Cache = filepath.Join(base, "midas")
	}
	if c.Linked == nil {
		c.Linked = midas.Linked()
	}
	return c, nil
}

// Dir is the folder in which the go command reads the source, absolute.
func (s *Source) Dir() string { return s.cfg.Dir }

// Env is the environment in which the go command reads the source and leaves it as it is.
func (s *Source) Env() []string { return slices.Clone(s.cfg.Env) }

// mainModules lists the main modules with their parsed go.mod.
func (s *Source) mainModules(ctx context.Context) ([]module, error) {
	mains, err := goJSON[module](ctx, s.cfg.Dir, s.cfg.Env, "list", "-m", "-json=Path,Dir,GoMod,GoVersion")
	if err != nil {
		return nil, fmt.Errorf("list main modules of %s: %w", s.cfg.Dir, err)
	}
	for i := range mains {
		m := &mains[i]
		data, err := os.ReadFile(m.GoMod)
		if err != nil {
			return nil, fmt.Errorf("read module %s: %w", m.Path, err)
		}
		if m.file, err = modfile.Parse(m.GoMod, data, nil); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(mains, func(a, b module) int { return cmp.Compare(a.Path, b.Path) })
	return mains, nil
}

// inTree reports whether the linked half is one of the main modules.
func (s *Source) inTree() bool {
	return slices.ContainsFunc(s.mains, func(m module) bool { return m.Path == linkedPath })
}

// Notes says, one line each, in what the delivered build is set up otherwise than the original one.
func (s *Source) Notes() []string {
	if s.inTree() || !exists(filepath.Join(s.root, "vendor"), "modules.txt") {
		return nil
	}
	return []string{"the vendor folder is not used; dependencies come from the module cache"}
}
