package alb

import (
	"encoding/json"
	"slices"
)

// mutualSchema is one entry of the annotation mutual-authentication (LBC pkg/ingress/model_build_listener.go).
type mutualSchema struct {
	Port                          int32   `json:"port"`
	Mode                          string  `json:"mode"`
	TrustStore                    string  `json:"trustStore"`
	IgnoreClientCertificateExpiry *bool   `json:"ignoreClientCertificateExpiry"`
	AdvertiseTrustStoreCaNames    *string `json:"advertiseTrustStoreCaNames"`
}

// fault says what LBC refuses in the entry, empty when nothing.
func (s mutualSchema) fault() string {
	verify := s.Mode == "verify"
	switch {
	case s.Port < 1 || s.Port > 65535:
		return "port must be within 1..65535"
	case !slices.Contains([]string{"off", "passthrough", "verify"}, s.Mode):
		return "mode must be off, passthrough or verify"
	case verify && s.TrustStore == "":
		return "mode verify needs trustStore"
	case !verify && (s.TrustStore != "" || s.IgnoreClientCertificateExpiry != nil || s.AdvertiseTrustStoreCaNames != nil):
		return "only mode verify may have trustStore, ignoreClientCertificateExpiry and advertiseTrustStoreCaNames"
	case s.AdvertiseTrustStoreCaNames != nil && !slices.Contains([]string{"on", "off"}, *s.AdvertiseTrustStoreCaNames):
		return "advertiseTrustStoreCaNames must be on or off"
	}
	return ""
}

// checkMutualAuthentication refuses a mutual-authentication that LBC refuses.
func (b *builder) checkMutualAuthentication(m member) {
	raw, stated := m.annotations.values[mutualAuthentication]
	if !stated {
		return
	}
	var entries []mutualSchema
	if err := json.Unmarshal([]byte(raw), &entries); err != nil || len(entries) == 0 {
		b.refuse(m.key, InvalidAnnotation, `annotation %s %s must be a JSON list such as [{"port":443,"mode":"passthrough"}]`,
			mutualAuthentication, raw)
	}
	for _, entry := range entries {
		if fault := entry.fault(); fault != "" {
			b.refuse(m.key, InvalidAnnotation, "annotation %s: port %d mode %q: %s", mutualAuthentication, entry.Port, entry.Mode, fault)
		}
	}
}

// agreeOnMutualAuthentication refuses an HTTPS port for which members state different checks of client certificates.
func (b *builder) agreeOnMutualAuthentication(p port) {
	b.agreedOn(p.members, mutualAuthentication, func(m member) (string, bool) {
		var entries []mutualSchema
		_ = json.Unmarshal([]byte(m.annotations.text(mutualAuthentication, "null")), &entries)
		text, stated := "", false
		for _, entry := range entries { // the last one for a port counts
			if int(entry.Port) == p.Port {
				if entry.Mode == "verify" && entry.IgnoreClientCertificateExpiry == nil {
					entry.IgnoreClientCertificateExpiry = new(false)
				}
				settled, _ := json.Marshal(entry)
				text, stated = string(settled), true
			}
		}
		return text, stated
	}, func(x, y string) bool { return x == y })
}
