// Package loopback tells what is of this machine, and reaches it: local stacks answer at names that end in .localhost, which are this
// machine by RFC 6761, section 6.3, and which neither every resolver nor an environment's proxy knows.
package loopback

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Is reports whether a host, without a port, is of this machine: a loopback address, or a name that stands for one.
func Is(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// IsURL reports whether the host of a URL is of this machine; what is no URL is not.
func IsURL(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && Is(parsed.Hostname())
}

// Dial connects as net.Dialer does, and names that end in .localhost to this machine.
func Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && strings.HasSuffix(host, ".localhost") {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// Proxy is that of the environment, as http.ProxyFromEnvironment has it, and none for what is of this machine.
func Proxy(r *http.Request) (*url.URL, error) {
	if Is(r.URL.Hostname()) {
		return nil, nil
	}
	return http.ProxyFromEnvironment(r)
}
