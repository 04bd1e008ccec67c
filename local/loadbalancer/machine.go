package loadbalancer

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// ofMachine says whether a request is for this machine itself rather than for a load balancer: its own names, which no model has, with a
// page that a browser asks for. Everything else is answered as on AWS.
func ofMachine(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	if !slices.Contains([]string{"localhost", "127.0.0.1"}, host) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	accept := strings.Join(r.Header.Values("Accept"), ",")
	return r.URL.Path == "/map.json" ||
		r.URL.Path == "/" && (accept == "" || strings.Contains(accept, "text/html") || strings.Contains(accept, "*/*"))
}
