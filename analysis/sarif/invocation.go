package sarif

import (
	"net/url"
	"path/filepath"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// invocation says whether all packages were analysed, and what was left out.
func (d *document) invocation() {
	inv := sarif.NewInvocation().WithExecutionSuccessful(len(d.r.Broken) == 0)
	for _, b := range d.r.Broken {
		inv.AddToolExecutionNotification(sarif.NewNotification().WithLevel("error").
			WithMessage(sarif.NewTextMessage("package " + b.Package + ": " + b.Error)))
	}
	for _, n := range d.r.Notes {
		inv.AddToolExecutionNotification(sarif.NewNotification().WithLevel("warning").WithMessage(sarif.NewTextMessage(n)))
	}
	for _, u := range d.r.Unused {
		inv.AddToolConfigurationNotification(sarif.NewNotification().WithLevel("warning").
			WithMessage(sarif.NewTextMessage(u.Reason)).WithLocations([]*sarif.Location{location(u.Pos, "")}))
	}
	d.run.AddInvocation(inv)
}

// uri is a file's name as a URI: relative ones stay so.
func uri(file string) string {
	u := url.URL{Path: filepath.ToSlash(file)}
	if filepath.IsAbs(file) {
		u.Scheme = "file"
	}
	return u.String()
}
