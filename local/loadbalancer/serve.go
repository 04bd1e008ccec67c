package loadbalancer

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/modelway/modelway/internal/alb"
)

// Limits of a request's head in bytes, and of the addresses in X-Forwarded-For
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html).
const (
	maxLine      = 16 << 10 // of the request line, and of a header
	maxHead      = 64 << 10 // of all headers
	maxForwarded = 30
)

// serve does with a request what the load balancer would.
func (f *front) serve(port int, w http.ResponseWriter, r *http.Request) {
	if f.page != nil && ofMachine(r) {
		f.page.ServeHTTP(w, r)
		return
	}
	request := alb.RequestOf(r)
	b, action := (*f.routes.Load()).route(port, request)
	if b == nil {
		answers{server: true}.plain(w, http.StatusNotFound)
		return
	}
	own := b.answers[port]
	if status := refusal(r); status != 0 {
		own.plain(w, status)
		return
	}
	switch action.Type {
	case alb.FixedResponse:
		own.head(w, action.FixedResponse.StatusCode, action.FixedResponse.ContentType)
		_, _ = io.WriteString(w, action.FixedResponse.MessageBody)
	case alb.Redirect:
		w.Header().Set("Location", action.Redirect.Location(alb.Listener{Protocol: "HTTP", Port: port}, request))
		own.plain(w, action.Redirect.HTTPStatus())
	case alb.Forward:
		f.forward(b, port, *action.Forward, request, w, r)
	default:
		own.plain(w, http.StatusNotFound)
	}
}

// refusal gives the status of a request that no listener takes, whatever its rules say; 0 for one that it takes. What is no HTTP, an
// unknown version and an unknown Transfer-Encoding are refused by net/http, with 400, 505 and 501 as on AWS
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html).
func refusal(r *http.Request) int {
	switch {
	case r.Method == http.MethodTrace:
		return http.StatusMethodNotAllowed
	case r.Method == http.MethodConnect:
		return http.StatusBadRequest
	case len(r.Method)+len(r.RequestURI)+len(r.Proto)+2 > maxLine:
		return http.StatusRequestURITooLong
	}
	largest, all := headBytes(r.Header)
	if largest > maxLine || all > maxHead {
		return http.StatusRequestEntityTooLarge
	}
	if forwarded := r.Header.Values(forwardedFor); strings.Count(strings.Join(forwarded, ","), ",") >= maxForwarded {
		return 463
	}
	return 0
}

// headBytes gives the size of the largest header, and of all.
func headBytes(header http.Header) (largest, all int) {
	for name, values := range header {
		for _, value := range values {
			size := len(name) + len(": ") + len(value) + len("\r\n")
			largest, all = max(largest, size), all+size
		}
	}
	return largest, all
}

// answers are what a listener puts on answers: its own, and those of targets.
type answers struct {
	server bool              // the Server header on its own
	added  map[string]string // headers on all
}

func newAnswers(l alb.ListenerModel) answers {
	return answers{server: l.Attributes[alb.ServerHeader] != "false", added: l.ResponseHeaders()}
}

// add sets the headers that the listener is told to add.
func (a answers) add(header http.Header) {
	for name, value := range a.added {
		header.Set(name, value)
	}
}

// head begins an answer of the load balancer itself.
func (a answers) head(w http.ResponseWriter, status int, contentType string) {
	w.Header()["Content-Type"] = nil // rather than a guess
	if contentType != "" {
		w.Header().Set("Content-Type", contentType)
	}
	if a.server {
		w.Header().Set("Server", "awselb/2.0")
	}
	a.add(w.Header())
	w.WriteHeader(status)
}

// plain answers as an ALB does when it has no answer of a target.
func (a answers) plain(w http.ResponseWriter, status int) {
	a.head(w, status, "text/html")
	_, _ = fmt.Fprintf(w, "<html><head><title>%[1]d %[2]s</title></head><body><center><h1>%[1]d %[2]s</h1></center></body></html>\n", status,
		http.StatusText(status))
}
