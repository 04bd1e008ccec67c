package monitoring

import (
	"net"
	"net/mail"
	"regexp"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/rule"
)

// checkEmail reports addresses and servers that do not have their form, and a login that lacks one half.
func (r Receiver) checkEmail() (faults []rule.Fault) {
	for i, address := range r.To {
		faults = append(faults, checkAddress(rule.Path{"to", i}, address)...)
	}
	if r.From != "" {
		faults = append(faults, checkAddress(rule.Path{"from"}, r.From)...)
	}
	if r.Server != "" {
		faults = append(faults, checkServer(rule.Path{"server"}, r.Server)...)
	}
	switch user, secret := (rule.Path{"user"}), (rule.Path{"secret"}); {
	case r.User != "" && r.Secret == "":
		faults = append(faults, rule.Fault{At: secret, Problem: "required beside user: without a password the server refuses the login",
			Allowed: rule.SecretForm(Namespace), Fixes: []rule.Fix{rule.Set(secret, ExampleSecret(TypeEmail)), rule.Remove(user)}})
	case r.User == "" && r.Secret != "":
		faults = append(faults, rule.Fault{At: user, Problem: "required beside secret, which is its password", Allowed: "the name that logs in",
			Fixes: []rule.Fix{rule.Set(user, "alerts"), rule.Remove(secret)}})
	}
	return faults
}

// hostName is a name of DNS, or an address of IPv4.
var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)

// submission is the port that takes e-mail from programs, with TLS (https://www.rfc-editor.org/rfc/rfc6409#section-3.1).
const submission = "587"

// checkServer reports what is not a host with a port. The fix keeps the host.
func checkServer(at rule.Path, server string) []rule.Fault {
	if host, port, err := net.SplitHostPort(server); err == nil && hostName.MatchString(host) && isPort(port) {
		return nil
	}
	_, rest, isAddress := strings.Cut(server, "://")
	if !isAddress {
		rest = server
	}
	rest, _, _ = strings.Cut(rest, "/")
	host, port, _ := strings.Cut(rest, ":")
	if !isPort(port) {
		port = submission
	}
	instead := ExampleServer
	if hostName.MatchString(host) {
		instead = net.JoinHostPort(host, port)
	}
	return []rule.Fault{{At: at, Given: server, Problem: "not a host with a port", Allowed: "<host>:<port>",
		Fixes: []rule.Fix{rule.Set(at, instead)}}}
}

func isPort(text string) bool {
	number, err := strconv.Atoi(text)
	return err == nil && number >= 1 && number <= 65535
}

// checkAddress reports what is not an address alone. The fix leaves out the name beside it.
func checkAddress(at rule.Path, address string) []rule.Fault {
	instead := ExampleAddress
	if parsed, err := mail.ParseAddress(address); err == nil {
		if instead = parsed.Address; instead == address {
			return nil
		}
	}
	return []rule.Fault{{At: at, Given: address, Problem: "not an e-mail address", Allowed: "<name>@<domain>",
		Fixes: []rule.Fix{rule.Set(at, instead)}}}
}
