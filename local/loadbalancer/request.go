package loadbalancer

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http/httputil"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/alb"
)

const (
	forwardedFor = "X-Forwarded-For"
	traceID      = "X-Amzn-Trace-Id"
)

// requestRules say how a load balancer changes the requests that it forwards.
type requestRules struct {
	dropInvalid, preserveHost, clientPort bool
	forwardedFor                          string // preserve, remove, or append
}

func newRequestRules(attributes map[string]string) requestRules {
	return requestRules{
		dropInvalid:  attributes[alb.DropInvalidHeaderFields] == "true",
		preserveHost: attributes[alb.PreserveHostHeader] == "true",
		clientPort:   attributes[alb.ForwardedForClientPort] == "true",
		forwardedFor: attributes[alb.ForwardedForMode],
	}
}

// validHeader is what the name of a header must be where others are dropped
// (https://repost.aws/knowledge-center/elb-alb-drop-not-valid-headers).
var validHeader = regexp.MustCompile(`^[-A-Za-z0-9]+$`)

// apply changes the request for a target. Forwarded and X-Forwarded-Host, which are the client's, stay as they are
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html).
func (rules requestRules) apply(p *httputil.ProxyRequest, port int) {
	in, out := p.In.Header, p.Out.Header
	for _, name := range []string{"Forwarded", "X-Forwarded-Host"} {
		if values := in.Values(name); len(values) > 0 {
			out[name] = values
		}
	}
	if rules.dropInvalid {
		for name := range out {
			if !validHeader.MatchString(name) {
				delete(out, name)
			}
		}
	}
	switch forwarded := in.Values(forwardedFor); {
	case rules.forwardedFor == "remove":
		out.Del(forwardedFor)
	case rules.forwardedFor == "preserve" && len(forwarded) > 0:
		out[forwardedFor] = forwarded
	case rules.forwardedFor != "preserve":
		out.Set(forwardedFor, strings.Join(append(forwarded[:len(forwarded):len(forwarded)], rules.client(p.In.RemoteAddr)), ", "))
	}
	out.Set("X-Forwarded-Proto", "http")
	out.Set("X-Forwarded-Port", strconv.Itoa(port))
	_, size := headBytes(in)
	out.Set(traceID, traced(in.Get(traceID), size))
	p.Out.Host = p.In.Host
	if !rules.preserveHost {
		p.Out.Host = hostFor(p.In.Host, port)
	}
}

// client gives the address of a client as X-Forwarded-For has it, with its port where that is asked for.
func (rules requestRules) client(remote string) string {
	if rules.clientPort {
		return remote
	}
	host, _, _ := net.SplitHostPort(remote)
	return host
}

// hostFor gives the Host header that a target gets, unless it is to be preserved: without port on the listeners 80 and 443, and with that
// of any other listener
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#host-header-preservation).
func hostFor(host string, port int) string {
	name, _, err := net.SplitHostPort(host)
	switch {
	case port == 80 || port == 443:
		if err == nil && !strings.Contains(name, ":") {
			return name
		}
		return host
	case err == nil || host == "":
		return host
	}
	return host + ":" + strconv.Itoa(port)
}

// traced gives the header X-Amzn-Trace-Id: a Root where the client sends none or its headers are larger than 7 KiB, else a Self before
// what the client sends, in place of an earlier one
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html).
func traced(sent string, headerBytes int) string {
	id := fmt.Sprintf("1-%08x-%016x%08x", uint32(time.Now().Unix()), rand.Uint64(), rand.Uint32())
	if headerBytes > 7<<10 {
		return "Root=" + id
	}
	var fields []string
	first := "Root="
	for field := range strings.SplitSeq(sent, ";") {
		field = strings.TrimSpace(field)
		if strings.HasPrefix(field, "Root=") || strings.HasPrefix(field, "Self=") {
			first = "Self="
		}
		if field != "" && !strings.HasPrefix(field, "Self=") {
			fields = append(fields, field)
		}
	}
	return strings.Join(append([]string{first + id}, fields...), ";")
}
