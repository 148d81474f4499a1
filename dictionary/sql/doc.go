// Package sql finds what differs from server to server in the text of an SQL statement.
//
// Nondeterministic reads the text as words, so it needs no grammar and takes any dialect, broken text included. It skips comments, string
// literals and quoted identifiers. A word counts if it is one of the clocks that need no parentheses (CURRENT_TIMESTAMP), or the name of a
// function of a clock, of randomness or of the server that is called; date and time functions of SQLite count if an argument is 'now', or if
// they have no argument that says which instant is meant.
//
// What is no source: nextval, last_insert_rowid, LAST_INSERT_ID, lastval, currval and @@IDENTITY. They come from the database's own state, which
// replicas that execute the same statements in the same order share; a store that hands sequence numbers out in blocks breaks that promise, and
// then its own replication has to keep it. Row order without ORDER BY is not seen.
//
// Limits: a name that a user gave to a column (now) is a source only if it is followed by parentheses; a view or stored function that calls
// random() is not seen; text that is put together at run time is seen in so far as it is constant.
package sql
