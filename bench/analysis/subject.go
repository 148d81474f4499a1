//go:build subject

package main

import _ "github.com/nats-io/nats-server/v2/server" // holds the version that is analysed
