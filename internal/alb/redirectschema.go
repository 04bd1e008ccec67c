package alb

import (
	"slices"
	"strconv"
	"strings"
)

// redirectSchema is redirectConfig in the annotation actions.<name>.
type redirectSchema struct {
	Protocol   *string `json:"protocol"`
	Host       *string `json:"host"`
	Port       *string `json:"port"`
	Path       *string `json:"path"`
	Query      *string `json:"query"`
	StatusCode string  `json:"statusCode"`
}

// action gives the redirect, and refuses what AWS refuses in one.
func (s redirectSchema) action(protocol string, bad func(string, ...any)) *RedirectAction {
	r := &RedirectAction{Query: s.Query, StatusCode: s.StatusCode}
	for _, part := range []struct {
		name string
		from *string
		to   *string
	}{{"protocol", s.Protocol, &r.Protocol}, {"host", s.Host, &r.Host}, {"port", s.Port, &r.Port}, {"path", s.Path, &r.Path}} {
		switch {
		case part.from == nil:
		case *part.from == "":
			bad("%s must not be empty; leave it out to keep that of the request", part.name)
		default:
			*part.to = *part.from
		}
	}
	checkRedirect(*r, protocol, bad)
	return r
}

// checkRedirect refuses what AWS refuses
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html).
func checkRedirect(r RedirectAction, protocol string, bad func(string, ...any)) {
	if r.StatusCode != "HTTP_301" && r.StatusCode != "HTTP_302" {
		bad("statusCode %q must be HTTP_301 or HTTP_302", r.StatusCode)
	}
	if !slices.Contains([]string{"", "HTTP", "HTTPS", "#{protocol}"}, r.Protocol) {
		bad("protocol %q must be HTTP, HTTPS or #{protocol}", r.Protocol)
	}
	if protocol == "HTTPS" && r.Protocol == "HTTP" {
		bad("an HTTPS listener cannot redirect to HTTP")
	}
	if port, err := strconv.Atoi(r.Port); r.Port != "" && r.Port != "#{port}" && (err != nil || port < 1 || port > 65535) {
		bad("port %q must be within 1..65535 or #{port}", r.Port)
	}
	if r.Path != "" && !strings.HasPrefix(r.Path, "/") {
		bad(`path %q must start with "/"`, r.Path)
	}
	query := ""
	if r.Query != nil {
		query = *r.Query
	}
	for name, value := range map[string]string{"host": r.Host, "path": r.Path, "query": query} {
		if len(value) > 128 {
			bad("%s has %d characters and may have 128", name, len(value))
		}
	}
}
