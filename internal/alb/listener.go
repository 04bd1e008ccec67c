package alb

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

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
	var entries []map[string]int32
	if err := json.Unmarshal([]byte(raw), &entries); err != nil || len(entries) == 0 {
		bad(`must be a JSON list such as [{"HTTP":80},{"HTTPS":443}]`)
		return nil
	}
	protocols := map[int]string{} // like LBC, a later entry beats an earlier one
	for _, entry := range entries {
		for _, protocol := range slices.Sorted(maps.Keys(entry)) {
			number := int(entry[protocol])
			switch {
			case protocol != "HTTP" && protocol != "HTTPS":
				bad("has protocol %q, which must be HTTP or HTTPS", protocol)
			case number < 1 || number > 65535:
				bad("has port %d, which must be within 1..65535", number)
			default:
				if before := protocols[number]; before != "" && before != protocol {
					b.warn(m.key, IgnoredAnnotation, "annotation %s %s has port %d as HTTP and as HTTPS; a port has one protocol, and LBC takes the last",
						listenPorts, raw, number)
				}
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
			b.warn("", MissingListener, "listener %s:%d of the IngressClassParams of class %q is not opened by any Ingress, and LBC opens none by "+
				"itself; set annotation %s to %s on the Ingresses",
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
	l := ListenerModel{Listener: p.Listener, CertificateArns: p.certificates, SslPolicy: p.sslPolicy, InboundCidrs: p.inboundCidrs,
		Attributes: p.attributes}
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
		b.namedConditions(m, m.DefaultBackend.Service)
		b.namedTransforms(m, m.DefaultBackend.Service)
		if made, ok := b.action(p.Listener, m, *m.DefaultBackend); ok && len(owners) == 1 {
			action = made
		}
	}
	if len(owners) > 1 {
		for _, key := range owners[1:] {
			b.refuse(key, ConflictingSetting, "has a default backend, and so has ingress %s; a listener can have one, so keep it in one Ingress",
				owners[0])
		}
	}
	return action
}

// redirectPort settles ssl-redirect; 0 for none.
func (b *builder) redirectPort(members []member, ports []port) int {
	number := b.params.SslRedirectPort
	if len(members) == 0 {
		return 0
	}
	if number == 0 {
		owners := map[int]string{}
		for _, m := range members {
			if stated := m.annotations.integer(sslRedirectPort, 0, 1, 65535); stated != 0 {
				number = stated
				owners[stated] = m.key
			}
		}
		if len(owners) > 1 {
			b.refuse("", ConflictingSetting, "the Ingresses state several values of annotation %s: %v; set sslRedirectPort in the "+
				"IngressClassParams instead", sslRedirectPort, owners)
		}
	}
	if number == 0 {
		return 0
	}
	if !slices.ContainsFunc(ports, func(p port) bool { return p.Listener == Listener{"HTTPS", number} }) {
		b.refuse(
			"", MissingListener, "HTTP is to be redirected to port %d, and no Ingress opens it as HTTPS; add {\"HTTPS\":%d} to annotation %s",
			number, number, listenPorts)
		return 0
	}
	if !slices.ContainsFunc(ports, func(p port) bool { return p.Protocol == "HTTP" }) {
		b.warn("", MissingListener, "HTTP is to be redirected to port %d, and no Ingress opens an HTTP listener; add {\"HTTP\":80} to "+
			"annotation %s", number, listenPorts)
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
			b.warn(key, MissingListener, "opens no listener but those that redirect to port %d, so none has its rules; add {\"HTTPS\":%d} to "+
				"annotation %s", redirectPort, redirectPort, listenPorts)
		}
	}
}
