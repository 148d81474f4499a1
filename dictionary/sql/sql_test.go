package sql

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNondeterministic(t *testing.T) {
	for _, tt := range []struct{ query, want string }{
		{"SELECT RANDOM()", "RANDOM"},
		{"select rand ( ) from t", "RAND"},
		{"INSERT INTO t VALUES (now(), CURRENT_TIMESTAMP)", "CURRENT_TIMESTAMP NOW"},
		{"UPDATE t SET d = CURRENT_DATE, x = LOCALTIME", "CURRENT_DATE LOCALTIME"},
		{"INSERT INTO t VALUES (datetime('now'))", "DATETIME"},
		{"INSERT INTO t VALUES (datetime('now', '+1 day'))", "DATETIME"},
		{"INSERT INTO t VALUES (datetime('2024-01-01'))", ""},
		{"INSERT INTO t VALUES (datetime(?))", ""},
		{"INSERT INTO t VALUES (date())", "DATE"},
		{"SELECT strftime('%s','now')", "STRFTIME"},
		{"SELECT strftime('%s')", "STRFTIME"},
		{"SELECT strftime('%s', created)", ""},
		{"SELECT unixepoch()", "UNIXEPOCH"},
		{"SELECT unixepoch(at)", ""},
		{"SELECT julianday('NOW') - julianday(t)", "JULIANDAY"},
		{"SELECT sysdate FROM dual", "SYSDATE"},
		{"SELECT uuid(), gen_random_uuid(), newid()", "GEN_RANDOM_UUID NEWID UUID"},
		{"SELECT clock_timestamp(), random_bytes(8), randomblob(16)", "CLOCK_TIMESTAMP RANDOMBLOB RANDOM_BYTES"},
		{"SELECT nextval('s'), last_insert_rowid(), LAST_INSERT_ID(), @@IDENTITY", ""},
		{"SELECT unix_timestamp(), unix_timestamp(t)", "UNIX_TIMESTAMP"},
		{"SELECT unix_timestamp(t)", ""},
		{"SELECT age(born), age(a, b)", "AGE"},
		{"SELECT pg_catalog.now()", "NOW"},
		{"SELECT t.random(1)", ""},
		// what is not code
		{"SELECT 'RANDOM()' -- now()\n, 1", ""},
		{"SELECT 1 # rand()\n", ""},
		{"SELECT /* now() /* uuid() */ rand() */ 1", ""},
		{`SELECT "now"(), ` + "`rand`" + `, [newid] FROM t`, ""},
		{"SELECT 'it''s now()'", ""},
		{"SELECT $$ now() $$, $tag$ random() $tag$, $1", ""},
		{"SELECT now FROM t", ""},
		{"SELECT created AS current_date FROM t", ""},
		{"SELECT :now, @rand, $1", ""},
		{"SELECT a #> 'b', now()", "NOW"},
		{"SELECT xs[1], rand()", "RAND"},
		// broken text
		{"", ""},
		{"SELECT 'open now()", ""},
		{"SELECT now(", "NOW"},
		{"/* open now()", ""},
		{"SELECT date((", ""},
		{"\xff\xfe now()", "NOW"},
	} {
		if diff := cmp.Diff(strings.Fields(tt.want), append([]string{}, Nondeterministic(tt.query)...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.query, diff)
		}
	}
}

func FuzzNondeterministic(f *testing.F) {
	f.Add("SELECT now(), $a$ x $a$, [b], 'c''d' -- e")
	f.Fuzz(func(t *testing.T, query string) {
		for _, name := range Nondeterministic(query) {
			if !strings.Contains(strings.ToUpper(query), name) {
				t.Errorf("%q is not in %q", name, query)
			}
		}
	})
}
