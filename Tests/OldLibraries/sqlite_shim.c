// A SQLite that is the installed one in all but its version: 3.30.1. It is linked to the installed
// one, whose other functions are found through it.

const char *sqlite3_libversion(void) { return "3.30.1"; }

int sqlite3_libversion_number(void) { return 3030001; }
