// The practical limit of a store: bare_inserts STORE ROWS BATCH
//
// Inserts parsed rows into an empty store that hookbatch made: into the same tables and indexes,
// with the same pragmas and BATCH rows per transaction. It does less than hookbatch: it parses and
// validates nothing, registers no application, and writes no report.
//
// ROWS contains, for each row, three 32-bit lengths in the machine's byte order (application, event
// type, payload) and then the three texts.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sqlite3 *database;

static void check(int code, const char *what) {
    if (code == SQLITE_OK || code == SQLITE_DONE) return;
    fprintf(stderr, "bare_inserts: %s: %s\n", what, sqlite3_errmsg(database));
    exit(1);
}

static sqlite3_stmt *prepare(const char *text) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v2(database, text, -1, &statement, NULL), text);
    return statement;
}

static void run(sqlite3_stmt *statement) {
    check(sqlite3_step(statement), "step");
    check(sqlite3_reset(statement), "reset");
}

int main(int count, char **arguments) {
    long batch = count == 4 ? atol(arguments[3]) : 0;
    FILE *rows = batch > 0 ? fopen(arguments[2], "rb") : NULL;
    if (!rows) {
        fprintf(stderr, "bare_inserts: STORE ROWS BATCH\n");
        return 2;
    }
    setvbuf(rows, NULL, _IOFBF, 1 << 20);
    check(sqlite3_open_v2(arguments[1], &database, SQLITE_OPEN_READWRITE, NULL), arguments[1]);
    check(sqlite3_exec(database,
              "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;"
              "PRAGMA cache_size = -2048; PRAGMA foreign_keys = OFF;",
              NULL, NULL, NULL),
        "pragmas");

    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE");
    sqlite3_stmt *commit = prepare("COMMIT");
    sqlite3_stmt *insert = prepare(
        "INSERT INTO messages (id, org_id, env_id, application_id, event_type, payload, status,"
        " created_at, updated_at, idempotency_key)"
        " VALUES (?1, 'org_local', 'env_local', ?2, ?3, ?4, 'pending', ?5, ?5, ?6)");
    static const char now[] = "2026-01-01T00:00:00.000Z";
    check(sqlite3_bind_text(insert, 5, now, -1, SQLITE_STATIC), "bind");

    // One row's texts; the driver's rows are far shorter.
    static char texts[1 << 20];
    char id[64], key[64];
    uint32_t lengths[3];
    long line = 0;
    while (fread(lengths, sizeof lengths, 1, rows) == 1) {
        size_t total = (size_t)lengths[0] + lengths[1] + lengths[2];
        if (total > sizeof texts || fread(texts, 1, total, rows) != total) {
            fprintf(stderr, "bare_inserts: row %ld is cut or too long\n", line + 1);
            return 1;
        }
        if (line % batch == 0) run(begin);
        line += 1;
        // With the lengths of the store's own: an id of 30 characters, and the key of a run.
        int idLength = snprintf(id, sizeof id, "msg_%026ld", line);
        int keyLength = snprintf(key, sizeof key, "hb-0000000000000000-1-%ld", line);
        char *type = texts + lengths[0], *payload = type + lengths[1];
        check(sqlite3_bind_text(insert, 1, id, idLength, SQLITE_STATIC), "bind");
        check(sqlite3_bind_text(insert, 2, texts, (int)lengths[0], SQLITE_STATIC), "bind");
        check(sqlite3_bind_text(insert, 3, type, (int)lengths[1], SQLITE_STATIC), "bind");
        check(sqlite3_bind_text(insert, 4, payload, (int)lengths[2], SQLITE_STATIC), "bind");
        check(sqlite3_bind_text(insert, 6, key, keyLength, SQLITE_STATIC), "bind");
        run(insert);
        if (line % batch == 0) run(commit);
    }
    if (line % batch != 0) run(commit);
    sqlite3_finalize(begin);
    sqlite3_finalize(commit);
    sqlite3_finalize(insert);
    check(sqlite3_close(database), "close");
    return 0;
}
