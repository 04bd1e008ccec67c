package server

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A prediction takes a place, gives it away while its body is waited for, and leaves nothing behind.
func TestPlacesInFlight(t *testing.T) {
	f := inFlight{maxRequests: 1, maxBytes: 8}
	wait := func() error { return nil }
	reader, writer := io.Pipe()
	first := f.begin(reader, -1, wait)
	require.NotNil(t, first)
	require.Nil(t, f.begin(strings.NewReader(""), 0, wait), "one at a time")
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _ = first.Read(make([]byte, 8))
	}()
	_, err := writer.Write([]byte("12345")) // it waits
	require.NoError(t, err)
	<-read
	require.Nil(t, f.begin(strings.NewReader(""), 0, wait))
	require.NoError(t, first.Close())
	require.Zero(t, f.requests)
	require.Zero(t, f.open)
	require.Zero(t, f.bytes)
	require.Nil(t, f.begin(strings.NewReader(""), 9, wait), "a body that cannot fit in")
	long := f.begin(strings.NewReader("123456789"), -1, wait)
	_, err = io.ReadAll(long)
	require.ErrorIs(t, err, errNoRoom)
	require.NoError(t, long.Close())
	require.Zero(t, f.bytes)
}
