package alb

import (
	"maps"
	"net"
	"slices"
)

// port is what the Ingresses of a group ask of one port.
type port struct {
	Listener
	members      []member
	certificates []string
	sslPolicy    string
	inboundCidrs []string
	attributes   map[string]string
}

// ports gives the ports that the members open, in their order, with what the members agree on.
func (b *builder) ports(members []member) []port {
	byNumber := map[int]*port{}
	certificates := map[string][]string{}
	for _, m := range members {
		certificates[m.key] = b.params.CertificateArns
		if len(b.params.CertificateArns) == 0 {
			certificates[m.key] = m.annotations.list(certificateArn)
		}
		b.checkInboundCidrs(m)
		b.checkMutualAuthentication(m)
		for _, l := range b.listeners(m, len(certificates[m.key]) > 0) {
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
		}
	}
	sorted := make([]port, 0, len(byNumber))
	for _, number := range slices.Sorted(maps.Keys(byNumber)) {
		p := *byNumber[number]
		b.settle(&p, certificates)
		sorted = append(sorted, p)
	}
	b.checkClassListeners(sorted)
	return sorted
}

// settle fills in what the members of a port agree on, and refuses an HTTPS port without certificate.
func (b *builder) settle(p *port, certificates map[string][]string) {
	p.inboundCidrs = sortedSet(b.params.InboundCidrs)
	if len(p.inboundCidrs) == 0 {
		p.inboundCidrs = sortedSet(splitList(b.agreedAs(p.members, inboundCidrs, sameSet)))
	}
	b.agreedAs(p.members, prefixLists, sameSet)
	p.attributes = b.listenerAttributes(*p)
	if p.Protocol != "HTTPS" {
		return
	}
	p.sslPolicy = b.agreed(p.members, sslPolicy, b.params.SslPolicy, DefaultSslPolicy)
	b.agreeOnMutualAuthentication(*p)
	var lists [][]string
	for _, m := range p.members {
		lists = append(lists, certificates[m.key])
	}
	p.certificates = mergeCertificates(lists)
	if len(p.certificates) == 0 {
		for _, m := range p.members {
			b.refuse(m.key, MissingCertificate, "listener HTTPS:%d has no certificate; set certificateArn in the IngressClassParams of class %q",
				p.Port, b.params.Name)
		}
		return
	}
	for i, m := range p.members {
		named := len(m.TLSHosts) > 0 || slices.ContainsFunc(m.Rules, func(r Rule) bool { return r.Host != "" })
		if len(lists[i]) == 0 && named {
			b.warn(m.key, MissingCertificate, "opens listener HTTPS:%d without certificate, so LBC looks for one in ACM by host name and refuses "+
				"the group when a host has none; set certificateArn in the IngressClassParams of class %q",
				p.Port, b.params.Name)
		}
	}
}

// mergeCertificates joins the certificates of Ingresses. As in LBC, the first of all is the default, and is listed a second
// time, among those chosen by SNI, when another Ingress states it too (pkg/ingress/model_builder.go).
func mergeCertificates(lists [][]string) []string {
	var merged []string
	listed := map[string]bool{}
	for _, list := range lists {
		for _, arn := range list {
			if listed[arn] {
				continue
			}
			listed[arn] = len(merged) > 0
			merged = append(merged, arn)
		}
	}
	return merged
}

// checkInboundCidrs refuses blocks of an Ingress that are none. Those of ClassParams are checked once.
func (b *builder) checkInboundCidrs(m member) {
	if len(b.params.InboundCidrs) > 0 {
		return
	}
	for _, block := range m.annotations.list(inboundCidrs) {
		if _, _, err := net.ParseCIDR(block); err != nil {
			b.refuse(m.key, InvalidAnnotation, "annotation %s: %q must be a CIDR block such as 10.0.0.0/8", inboundCidrs, block)
		}
	}
}
