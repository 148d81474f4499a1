// Package deliver turns edited files into something that the go command builds: a tree for people to read, or a build overlay.
//
// Load finds the main modules around a folder. Tree writes them with the edits in place into a folder of their own; Overlay writes the
// edits to the user's cache and says which flags and environment make the go command see them.
//
// # Contract
//
// The input is never changed, even where GOFLAGS has -mod=mod, and go.mod files are delivered as they are. The linked half
// (github.com/midas-tiers/midas) joins the build through a go.work that uses the user's modules and the linked half side by side. So
// every module keeps its own go line and with it the meaning of its code (loop variables changed in Go 1.22); the GODEBUG defaults,
// which a go.work would take over, are pinned to those of the original. A vendor folder is not used: the build reads the module cache.
//
// The linked half asks for the lowest dependency versions that it works with. Where that is higher than what the user asked for,
// the version rises; Rises lists each such module, for the caller to print.
//
// If a main module is github.com/midas-tiers/midas itself, its own packages are the linked half and nothing joins the build.
//
// A Tree is written beside its destination and then renamed; it carries midas.sum, the hashes of its files, by which Rewritten recognises
// it. What the cache holds is named by its content and may be deleted at any time; several processes may use it at once.
//
// # Limits
//
// -modfile and -overlay cannot be combined with a go.work or with our overlay and are refused. A workspace knows -mod=readonly only, so
// a Tree does not build under GOFLAGS=-mod=mod, nor under GOWORK=off.
//
// A Tree holds the files that the go command reads: sources of every platform, and what they embed under the build flags given. Data that a
// program finds beside its sources when it runs is not in it, nor is testdata; cgo flags that point outside the module are not followed.
package deliver
