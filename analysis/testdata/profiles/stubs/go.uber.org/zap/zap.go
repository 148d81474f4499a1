// Package zap has the declarations of go.uber.org/zap that services name.
package zap

import "time"

type Field struct{ Key string }

func String(key string, val string) Field          { return Field{} }
func Int64(key string, val int64) Field            { return Field{} }
func Duration(key string, val time.Duration) Field { return Field{} }
func Any(key string, value interface{}) Field      { return Field{} }

type Logger struct{}

func L() *Logger { return &Logger{} }

func (log *Logger) Info(msg string, fields ...Field)  {}
func (log *Logger) Error(msg string, fields ...Field) {}
