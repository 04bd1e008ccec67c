// Package argocd is the cache of Argo CD on the local stack, which Redis is elsewhere, and tries the scripts by which Argo CD judges
// objects.
package argocd

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// CacheName is the name that the local stack's own program has for the cache: that of the program of Redis.
const CacheName = "redis-server"

// second is how often what has expired is forgotten: the clock of a Redis in memory only goes when it is told to.
const second = time.Second

// Main serves as Redis until it is told to end, with the arguments of Redis: --bind and --port are where, and --requirepass is the
// password. Others are of what it does not do, such as to write to a disk.
func Main(args []string) error {
	given := flags(args)
	server := miniredis.NewMiniRedis()
	if given["requirepass"] == "" {
		return errors.New("--requirepass is missing: the cache serves nobody without a password")
	}
	server.RequireAuth(given["requirepass"])
	port := given["port"]
	if port == "" {
		port = "6379"
	}
	if err := server.StartAddr(net.JoinHostPort(given["bind"], port)); err != nil {
		return fmt.Errorf("serving the cache: %w", err)
	}
	defer server.Close()
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	for ticks := time.Tick(second); ; {
		select {
		case <-ticks:
			server.FastForward(second)
		case <-ended:
			return nil
		}
	}
}

// flags are the values of arguments: a value is the next argument, or follows in the same one.
func flags(args []string) map[string]string {
	given := map[string]string{}
	for i := 0; i < len(args); i++ {
		name, value, within := strings.Cut(args[i], " ")
		if !strings.HasPrefix(name, "--") {
			continue
		}
		if !within && i+1 < len(args) {
			i++
			value = args[i]
		}
		given[strings.TrimPrefix(name, "--")] = value
	}
	return given
}
