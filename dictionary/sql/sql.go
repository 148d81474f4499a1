package sql

import (
	"slices"
	"strings"
)

// Nondeterministic lists the words in the statement that come to something else at each server, in upper case, sorted, each once.
func Nondeterministic(query string) []string {
	toks := scan(query)
	var out []string
	for i, t := range toks {
		if t.kind != word || i > 0 && toks[i-1].text == "." && !schema(toks, i-1) {
			continue
		}
		name := strings.ToUpper(t.text)
		called := i+1 < len(toks) && toks[i+1].text == "("
		if constants[name] && !names(toks, i) || called && functions[name] ||
			called && instants[name] != nil && instants[name](arguments(toks[i+1:])) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// constants are sources without parentheses.
var constants = set(`CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME LOCALTIME LOCALTIMESTAMP SYSDATE SYSTIMESTAMP UTC_DATE UTC_TIME
	UTC_TIMESTAMP CURRENT_USER SESSION_USER SYSTEM_USER`)

// functions are sources when they are called.
var functions = set(`
	NOW CLOCK_TIMESTAMP STATEMENT_TIMESTAMP TRANSACTION_TIMESTAMP TIMEOFDAY CURDATE CURTIME GETDATE GETUTCDATE SYSDATETIME
	SYSUTCDATETIME SYSDATETIMEOFFSET UTC_DATE UTC_TIME UTC_TIMESTAMP UNIXTIME_NOW SYSDATE CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME
	LOCALTIME LOCALTIMESTAMP TODAY NOW64
	RANDOM RAND RANDOMBLOB RANDOM_BYTES RANDN RANDU RANDCANONICAL DBMS_RANDOM GEN_RANDOM_BYTES GEN_RANDOM_UUID UUID UUID_SHORT
	UUID_GENERATE_V1 UUID_GENERATE_V1MC UUID_GENERATE_V4 UUIDV4 UUIDV7 GENERATEUUIDV4 GENERATE_UUID NEWID NEWSEQUENTIALID SYS_GUID
	CRYPT_GEN_RANDOM GEN_SALT SETSEED UNIQUE_ROWID GENERATE_ULID
	PG_BACKEND_PID CONNECTION_ID PG_CURRENT_XACT_ID TXID_CURRENT INET_SERVER_ADDR INET_SERVER_PORT INET_CLIENT_ADDR INET_CLIENT_PORT
	PG_POSTMASTER_START_TIME PG_SLEEP SLEEP BENCHMARK HOST_NAME HOSTNAME CURRENT_USER SESSION_USER SYSTEM_USER USER VERSION
	SQLITE_VERSION SQLITE_SOURCE_ID`)

// instants are sources if their arguments do not say which instant is meant.
var instants = map[string]func(args []token) bool{
	"DATE": now(0), "TIME": now(0), "DATETIME": now(0), "JULIANDAY": now(0), "UNIXEPOCH": now(0), "STRFTIME": now(1), "TIMEDIFF": literalNow,
	"TO_TIMESTAMP": literalNow, "TO_DATE": literalNow, "AGE": single, "UNIX_TIMESTAMP": empty,
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// now is for the functions of SQLite whose time value is argument i: without it, or with the text now, they mean now.
func now(i int) func([]token) bool {
	return func(args []token) bool {
		return literalNow(args) || i == 0 && len(args) == 0 || i > 0 && commas(args) == 0 && len(args) > 0
	}
}

func literalNow(args []token) bool {
	return slices.ContainsFunc(args, func(t token) bool { return t.kind == literal && strings.EqualFold(t.text, "now") })
}

// single is for PostgreSQL's age, which counts from today if it has one argument.
func single(args []token) bool { return len(args) > 0 && commas(args) == 0 }

func empty(args []token) bool { return len(args) == 0 }

func commas(args []token) int {
	n, depth := 0, 0
	for _, t := range args {
		switch t.text {
		case "(":
			depth++
		case ")":
			depth--
		case ",":
			if depth == 0 && t.kind == mark {
				n++
			}
		}
	}
	return n
}

// arguments are the tokens between the parenthesis that toks begins with and its partner.
func arguments(toks []token) []token {
	depth := 0
	for i, t := range toks {
		if t.kind != mark {
			continue
		}
		switch t.text {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return toks[1:i]
			}
		}
	}
	return toks[1:]
}

// schema reports whether the point at i follows the name of a schema that functions are in.
func schema(toks []token, i int) bool {
	return i > 0 && slices.Contains([]string{"PG_CATALOG", "PUBLIC", "SYS", "DBO", "EXTENSIONS"}, strings.ToUpper(toks[i-1].text))
}

// names reports whether the word at i is a name that is given to something.
func names(toks []token, i int) bool {
	return i > 0 && strings.EqualFold(toks[i-1].text, "as")
}
