package alb

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// port is what the Ingresses of a group ask of one port.
type port struct {
	Listener
	members      []member
	certificates []string
	sslPolicy    string
}

// ports gives the ports that the members open, in their order, with what the members agree on.
func (b *builder) ports(members []member) []port {
	byNumber := map[int]*port{}
	for _, m := range members {
		certificates := b.params.CertificateArns
		if len(certificates) == 0 {
			certificates = m.annotations.list(certificateArn)
		}
		for _, l := range b.listeners(m, len(certificates) > 0) {
			p := byNumber[l.Port]
			if p == nil {
				p = &port{Listener: l}
				byNumber[l.Port] = p
			}
			if p.Protocol != l.Protocol {
				b.refuse(m.key, ConflictingSetting, "port %d is %s here and %s in ingress %s; give both the same annotation %s",
					l.Port, l.Protocol, p.Protocol, p.members[0].key, listenPorts)
				continue
			}
			p.members = append(p.members, m)
			if l.Protocol == "HTTPS" {
				p.certificates = union(p.certificates, certificates)
			}
		}
	}
	sorted := make([]port, 0, len(byNumber))
	for _, number := range slices.Sorted(maps.Keys(byNumber)) {
		p := *byNumber[number]
		if p.Protocol == "HTTPS" {
			b.checkTLS(&p)
		}
		sorted = append(sorted, p)
	}
	b.checkClassListeners(sorted)
	return sorted
}

// checkTLS settles the TLS policy of an HTTPS port and refuses it without certificate.
func (b *builder) checkTLS(p *port) {
	p.sslPolicy = b.agreed(p.members, sslPolicy, b.params.SslPolicy, DefaultSslPolicy)
	if len(p.certificates) == 0 {
		for _, m := range p.members {
			b.refuse(m.key, MissingCertificate, "listener HTTPS:%d has no certificate; set certificateArn in the IngressClassParams of class %q", p.Port, b.params.Name)
		}
	}
}

// listeners gives the listeners that one Ingress opens: those of listen-ports, else HTTPS 443 when it has a certificate,
// else HTTP 80.
func (b *builder) listeners(m member, certificate bool) []Listener {
	raw, ok := m.annotations.values[listenPorts]
	switch {
	case !ok && certificate:
		return []Listener{{"HTTPS", 443}}
	case !ok:
		return []Listener{{"HTTP", 80}}
	}
	bad := func(format string, args ...any) {
		b.refuse(m.key, InvalidAnnotation, "annotation %s %s %s", listenPorts, raw, fmt.Sprintf(format, args...))
	}
	var entries []map[string]int
	if err := json.Unmarshal([]byte(raw), &entries); err != nil || len(entries) == 0 {
		bad(`must be a JSON list such as [{"HTTP":80},{"HTTPS":443}]`)
		return nil
	}
	protocols := map[int]string{}
	for _, entry := range entries {
		for _, protocol := range slices.Sorted(maps.Keys(entry)) {
			number := entry[protocol]
			switch {
			case protocol != "HTTP" && protocol != "HTTPS":
				bad("has protocol %q, which must be HTTP or HTTPS", protocol)
			case number < 1 || number > 65535:
				bad("has port %d, which must be within 1..65535", number)
			case protocols[number] != "" && protocols[number] != protocol:
				bad("has port %d as HTTP and as HTTPS; a port has one protocol", number)
			default:
				protocols[number] = protocol
			}
		}
	}
	listeners := make([]Listener, 0, len(protocols))
	for _, number := range slices.Sorted(maps.Keys(protocols)) {
		listeners = append(listeners, Listener{protocols[number], number})
	}
	return listeners
}

// checkClassListeners reports listeners that ClassParams list and no Ingress opens, and the other way round.
func (b *builder) checkClassListeners(ports []port) {
	if len(b.params.Listeners) == 0 || len(ports) == 0 {
		return
	}
	want := ListenPorts(b.params.Listeners)
	for _, l := range b.params.Listeners {
		if !slices.ContainsFunc(ports, func(p port) bool { return p.Listener == l }) {
			b.warn("", MissingListener, "listener %s:%d of the IngressClassParams of class %q is not opened by any Ingress, and LBC opens none by itself; set annotation %s to %s on the Ingresses",
				l.Protocol, l.Port, b.params.Name, listenPorts, want)
		}
	}
	for _, p := range ports {
		if slices.Contains(b.params.Listeners, p.Listener) {
			continue
		}
		for _, m := range p.members {
			b.warn(m.key, MissingListener, "listener %s:%d is not one of the IngressClassParams of class %q; set annotation %s to %s",
				p.Protocol, p.Port, b.params.Name, listenPorts, want)
		}
	}
}

// listener makes the listener of a port. With a redirect port, an HTTP listener does nothing but redirect.
func (b *builder) listener(p port, redirectPort int) ListenerModel {
	l := ListenerModel{Listener: p.Listener, CertificateArns: p.certificates, SslPolicy: p.sslPolicy}
	if redirectPort != 0 && p.Protocol == "HTTP" {
		l.DefaultAction = sslRedirect(redirectPort)
		return l
	}
	l.DefaultAction = b.defaultAction(p)
	l.Rules = b.rules(p.Listener, p.members)
	return l
}

// defaultAction gives the action of the one default backend, or a 404 response.
func (b *builder) defaultAction(p port) Action {
	var owners []string
	action := Action{Type: FixedResponse, FixedResponse: &FixedResponseAction{StatusCode: 404, ContentType: "text/plain"}}
	for _, m := range p.members {
		if m.DefaultBackend == nil {
			continue
		}
		owners = append(owners, m.key)
		if made, ok := b.action(p.Listener, m, *m.DefaultBackend); ok && len(owners) == 1 {
			action = made
		}
	}
	if len(owners) > 1 {
		for _, key := range owners[1:] {
			b.refuse(key, ConflictingSetting, "has a default backend, and so has ingress %s; a listener can have one, so keep it in one Ingress", owners[0])
		}
	}
	return action
}

// redirectPort settles ssl-redirect; 0 for none.
func (b *builder) redirectPort(members []member, ports []port) int {
	number := b.params.SslRedirectPort
	if number == 0 {
		owners := map[int]string{}
		for _, m := range members {
			if stated := m.annotations.integer(sslRedirectPort, 0, 1, 65535); stated != 0 {
				number = stated
				owners[stated] = m.key
			}
		}
		if len(owners) > 1 {
			b.refuse("", ConflictingSetting, "the Ingresses state several values of annotation %s: %v; set sslRedirectPort in the IngressClassParams instead", sslRedirectPort, owners)
		}
	}
	if number == 0 {
		return 0
	}
	if !slices.ContainsFunc(ports, func(p port) bool { return p.Listener == Listener{"HTTPS", number} }) {
		b.refuse("", MissingListener, "HTTP is to be redirected to port %d, and no Ingress opens it as HTTPS; add {\"HTTPS\":%d} to annotation %s", number, number, listenPorts)
		return 0
	}
	if !slices.ContainsFunc(ports, func(p port) bool { return p.Protocol == "HTTP" }) {
		b.warn("", MissingListener, "HTTP is to be redirected to port %d, and no Ingress opens an HTTP listener; add {\"HTTP\":80} to annotation %s", number, listenPorts)
	}
	return number
}

// checkRedirected reports Ingresses that open no other listeners than those that redirect, so that no listener has their rules.
func (b *builder) checkRedirected(ports []port, redirectPort int) {
	if redirectPort == 0 {
		return
	}
	ruled := map[string]bool{}
	for _, p := range ports {
		for _, m := range p.members {
			ruled[m.key] = ruled[m.key] || p.Protocol == "HTTPS"
		}
	}
	for _, key := range slices.Sorted(maps.Keys(ruled)) {
		if !ruled[key] {
			b.warn(key, MissingListener, "opens no listener but those that redirect to port %d, so none has its rules; add {\"HTTPS\":%d} to annotation %s", redirectPort, redirectPort, listenPorts)
		}
	}
}

// agreed settles a setting that the load balancer or listener has once: that of ClassParams, else the one that the
// members state, else fallback.
func (b *builder) agreed(members []member, name, fromParams, fallback string) string {
	if fromParams != "" {
		return fromParams
	}
	var first *member
	for i, m := range members {
		value, stated := m.annotations.values[name]
		switch {
		case !stated:
		case first == nil:
			first = &members[i]
		case value != first.annotations.text(name, ""):
			b.refuse(m.key, ConflictingSetting, "annotation %s is %q here and %q in ingress %s; the load balancer has it once, so set it in the IngressClassParams",
				name, value, first.annotations.text(name, ""), first.key)
		}
	}
	if first == nil {
		return fallback
	}
	return first.annotations.text(name, "")
}

// union gives a with the items of b that it lacks.
func union(a, b []string) []string {
	for _, item := range b {
		if !slices.Contains(a, item) {
			a = append(slices.Clip(a), item)
		}
	}
	return a
}
