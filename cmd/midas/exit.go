package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/midas-tiers/midas/analysis"
	"github.com/midas-tiers/midas/cmd/midas/compile"
	"github.com/midas-tiers/midas/rewrite/deliver"
)

// Exit statuses.
const (
	exitClean    = 0
	exitFailure  = 1
	exitUsage    = 2
	exitFindings = 3
)

// statusError is an error with an exit status of its own. Without a cause there is nothing left to say.
type statusError struct {
	status int
	cause  error
}

var (
	errFindings = &statusError{status: exitFindings}
	errFailed   = &statusError{status: exitFailure} // another program has said why
)

func (e *statusError) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.cause.Error()
}

func (e *statusError) Unwrap() error { return e.cause }

// usageErrorf is an error for wrong usage or bad input.
func usageErrorf(format string, args ...any) error {
	return &statusError{exitUsage, fmt.Errorf(format, args...)}
}

// hintPartial says how to go on, for commands that have the flag.
func hintPartial(err error) error {
	if partial := (*compile.PartialError)(nil); errors.As(err, &partial) {
		return fmt.Errorf("%w (-allow-partial goes on without these)", err)
	}
	return err
}

// exitCode is the exit status for what a command returned.
func exitCode(err error) int {
	var status *statusError
	var input *deliver.InputError
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &status):
		return status.status
	case errors.As(err, &input), errors.Is(err, analysis.ErrNoPackages), errors.Is(err, analysis.ErrConfig):
		return exitUsage
	default:
		return exitFailure
	}
}

// message is the one line to print for what a command returned, or "".
func message(err error) string {
	var status *statusError
	if err == nil || errors.As(err, &status) && status.cause == nil {
		return ""
	}
	line, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
	return line
}
