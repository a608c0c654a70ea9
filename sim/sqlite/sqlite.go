// Package sqlite keeps what a service remembers in a SQLite database, so that it
// outlives the service: what was committed is there after a kill. One file is one
// service's, shared by its instances:
//
//	sqlite3 order.db "select tab, key, value from rows"
//
// Values are JSON, as the contracts write it. A commit survives the end of the
// process; the file is not synced to disk at every commit (synchronous=NORMAL in
// WAL mode), so a power cut may cost the last ones, and never breaks the file.
package sqlite

import (
	"context"
	"database/sql"
	"net/url"
	"sync"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	_ "modernc.org/sqlite" // the driver "sqlite", without cgo

	"github.com/msc-sim/msc-sim/sim"
)

// MaxRows bounds what a store remembers.
const MaxRows = 200_000

// Store is one database. It is opened by the first transaction. Its methods may
// be called by many goroutines; transactions run one after another.
type Store struct {
	path string

	mu     sync.Mutex
	db     *sql.DB // nil = not open
	closed bool
	rows   int // at most so many are in it
}

// New is a store in a file, which is made when it is first needed.
func New(path string) *Store { return &Store{path: path} }

const schema = `create table if not exists rows (
	tab text not null, key text not null, type text not null, value text not null, primary key (tab, key)
) without rowid`

// open opens the database; mu is held.
func (s *Store) open(ctx context.Context) error {
	if s.closed {
		return sim.ErrKilled
	}
	if s.db != nil {
		return nil
	}
	q := url.Values{"_pragma": {"journal_mode(wal)", "synchronous(normal)", "busy_timeout(5000)"}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: s.path}).EscapedPath()+"?"+q.Encode())
	if err == nil {
		db.SetMaxOpenConns(1)
		_, err = db.ExecContext(ctx, schema)
	}
	if err == nil {
		err = db.QueryRowContext(ctx, "select count(*) from rows").Scan(&s.rows)
	}
	if err != nil {
		if db != nil {
			_ = db.Close()
		}
		return sim.Errorf(sim.Unavailable, "the database cannot be opened: %w", err)
	}
	s.db = db
	return nil
}

// Transact runs f as one transaction: all of its changes or none. Effects are
// what it did in the world; changed is false when it only looked.
func (s *Store) Transact(ctx context.Context, f func(sim.Tx) error) (effects []string, changed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.open(ctx); err != nil {
		return nil, false, err
	}
	t, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, false, trouble(err)
	}
	x := &tx{ctx: ctx, sql: t, rows: s.rows}
	if err := f(x); err != nil {
		_ = t.Rollback() // nothing of it is kept
		return nil, false, err
	}
	if err := t.Commit(); err != nil {
		return nil, false, trouble(err)
	}
	s.rows = x.rows
	return x.effects, x.changed, nil
}

// Clear forgets everything.
func (s *Store) Clear(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.open(ctx); err != nil {
		return err
	}
	s.rows = 0
	_, err := s.db.ExecContext(ctx, "delete from rows")
	return trouble(err)
}

// Close closes the file. What was committed stays in it.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.db == nil {
		return nil
	}
	return s.db.Close()
}

func trouble(err error) error {
	if err == nil {
		return nil
	}
	return sim.Errorf(sim.Unavailable, "the database says: %w", err)
}

// tx is one transaction under way.
type tx struct {
	ctx     context.Context
	sql     *sql.Tx
	rows    int // at most so many, with its own
	effects []string
	changed bool
}

// Get implements [sim.Tx].
func (t *tx) Get(table, key string, v proto.Message) (bool, error) {
	var kind, value string
	err := t.sql.QueryRowContext(t.ctx, "select type, value from rows where tab = ? and key = ?", table, key).Scan(&kind, &value)
	if err == sql.ErrNoRows {
		return false, nil
	}
	if err != nil {
		return false, trouble(err)
	}
	if want := string(v.ProtoReflect().Descriptor().FullName()); kind != want {
		return false, sim.Errorf(sim.Internal, "%s holds %s, not %s", table, kind, want)
	}
	proto.Reset(v)
	if err := protojson.Unmarshal([]byte(value), v); err != nil {
		return false, sim.Errorf(sim.Internal, "the row %s of %s cannot be read: %w", key, table, err)
	}
	return true, nil
}

// Put implements [sim.Tx].
func (t *tx) Put(table, key string, v proto.Message) error {
	value, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(v)
	if err != nil {
		return sim.Errorf(sim.Internal, "the row %s of %s cannot be written: %w", key, table, err)
	}
	t.changed = true
	kind := string(v.ProtoReflect().Descriptor().FullName())
	_, err = t.sql.ExecContext(t.ctx, `insert into rows (tab, key, type, value) values (?, ?, ?, ?)
		on conflict (tab, key) do update set type = excluded.type, value = excluded.value`, table, key, kind, string(value))
	if err != nil {
		return trouble(err)
	}
	return t.bounded()
}

// bounded refuses what would make the store too large. Rows are counted only
// when there may be too many.
func (t *tx) bounded() error {
	if t.rows++; t.rows <= MaxRows {
		return nil
	}
	if err := t.sql.QueryRowContext(t.ctx, "select count(*) from rows").Scan(&t.rows); err != nil {
		return trouble(err)
	}
	if t.rows > MaxRows {
		return sim.Errorf(sim.Exhausted, "this service remembers %d things, which is all it can", MaxRows).WithFix("reset the world")
	}
	return nil
}

// Delete implements [sim.Tx].
func (t *tx) Delete(table, key string) error {
	t.changed = true
	_, err := t.sql.ExecContext(t.ctx, "delete from rows where tab = ? and key = ?", table, key)
	return trouble(err)
}

// Keys implements [sim.Tx].
func (t *tx) Keys(table string) (keys []string, err error) {
	rows, err := t.sql.QueryContext(t.ctx, "select key from rows where tab = ? order by key", table)
	if err != nil {
		return nil, trouble(err)
	}
	defer rows.Close()
	for rows.Next() {
		var k string
		if err := rows.Scan(&k); err != nil {
			return nil, trouble(err)
		}
		keys = append(keys, k)
	}
	return keys, trouble(rows.Err())
}

// Effect implements [sim.Tx].
func (t *tx) Effect(text string) { t.effects = append(t.effects, text) }
