package argocd

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/port"
)

// TestMain is the cache where a test starts it.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "--save" {
		if err := Main(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestCache starts the cache with the arguments of the chart, keeps something for a second, and ends it.
func TestCache(t *testing.T) {
	number, err := port.Choose()
	require.NoError(t, err)
	command := exec.Command(os.Args[0], "--save", "", "--appendonly", "no", "--requirepass open sesame", "--bind", "127.0.0.1", "--port",
		fmt.Sprint(number))
	command.Stderr = os.Stderr
	require.NoError(t, command.Start())
	var connection net.Conn
	require.Eventually(t, func() (up bool) {
		var err error
		connection, err = net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", number))
		return err == nil
	}, 30*time.Second, 10*time.Millisecond)
	answers := bufio.NewReader(connection)
	ask := func(words ...string) string {
		text := fmt.Sprintf("*%d\r\n", len(words))
		for _, word := range words {
			text += fmt.Sprintf("$%d\r\n%s\r\n", len(word), word)
		}
		_, err := connection.Write([]byte(text))
		require.NoError(t, err)
		line, err := answers.ReadString('\n')
		require.NoError(t, err)
		return strings.TrimSpace(line)
	}
	require.Contains(t, ask("GET", "a"), "NOAUTH")
	require.Contains(t, ask("AUTH", "sesame"), "WRONGPASS")
	require.Equal(t, "+OK", ask("AUTH", "open sesame"))
	require.Equal(t, "+OK", ask("SET", "kept", "x"))
	require.Equal(t, "+OK", ask("SET", "passing", "x", "EX", "1"))
	require.Eventually(t, func() bool { return ask("EXISTS", "passing") == ":0" }, 30*time.Second, 50*time.Millisecond)
	require.Equal(t, ":1", ask("EXISTS", "kept"))
	require.NoError(t, command.Process.Signal(os.Interrupt))
	require.NoError(t, command.Wait(), "it ends by itself")
}

func TestCacheWantsAPassword(t *testing.T) {
	require.ErrorContains(t, Main([]string{"--save", ""}), "--requirepass is missing")
}
