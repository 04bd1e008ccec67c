package alb

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Limits of a token check
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_JwtValidationActionConfig.html and
// API_JwtValidationActionAdditionalClaim.html).
const (
	maxJwtText   = 256
	maxJwtClaims = 10
	maxJwtValues = 10
)

// JwtFormats lists the allowed values of JwtClaim.Format.
func JwtFormats() []string {
	return []string{"single-string", "string-array", "space-separated-values"}
}

// checkedByDefault are the claims that every check includes.
var checkedByDefault = []string{"exp", "iss", "nbf", "iat"}

// JwtValidation says which JSON Web Tokens an HTTPS listener lets through, in the header "Authorization: Bearer". It rejects
// all other requests
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html).
type JwtValidation struct {
	// JwksEndpoint is the HTTPS URL of the issuer's public keys: reachable from the internet, at most 10 keys and 150 KB. Required.
	JwksEndpoint string `json:"jwksEndpoint"`
	// Issuer is the claim iss of the tokens, at most 256 characters. Required.
	Issuer string `json:"issuer"`
	// AdditionalClaims are further claims that a token must have, at most 10. Default none.
	AdditionalClaims []JwtClaim `json:"additionalClaims,omitempty"`
}

// JwtClaim is a claim that a token must have.
type JwtClaim struct {
	// Format of the claim's value: single-string, string-array or space-separated-values. Required.
	Format string `json:"format" jsonschema:"required"`

	// Name of the claim, such as scope. Required.
	Name string `json:"name" jsonschema:"required,minLength=1"`

	// Values that the claim must have, 1 to 10. Required.
	Values []string `json:"values" jsonschema:"required,minItems=1,maxItems=10,uniqueItems=true"`
}

// Annotation gives the value of the annotation alb.ingress.kubernetes.io/jwt-validation
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/annotations/#jwt-validation).
func (j JwtValidation) Annotation() string {
	text, err := json.Marshal(j)
	if err != nil {
		panic(err) // a struct of strings is always valid JSON
	}
	return string(text)
}

// Faults are the lines of Validate.
func (j JwtValidation) Faults() []string {
	err := j.Validate()
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

// Validate reports everything that LBC or AWS would refuse.
func (j JwtValidation) Validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if endpoint, err := url.Parse(j.JwksEndpoint); err != nil || endpoint.Scheme != "https" || endpoint.Host == "" ||
		len(j.JwksEndpoint) > maxJwtText {
		fault("jwksEndpoint %q must be an https:// URL of at most %d characters", j.JwksEndpoint, maxJwtText)
	}
	if j.Issuer == "" || len(j.Issuer) > maxJwtText {
		fault("issuer %q must have 1..%d characters", j.Issuer, maxJwtText)
	}
	if len(j.AdditionalClaims) > maxJwtClaims {
		fault("additionalClaims has %d entries and may have %d", len(j.AdditionalClaims), maxJwtClaims)
	}
	for _, claim := range j.AdditionalClaims {
		if err := claim.validate(); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

func (c JwtClaim) validate() error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("additionalClaims: claim %q %s", c.Name, fmt.Sprintf(format, args...)))
	}
	switch {
	case c.Name == "":
		fault("needs a name")
	case slices.Contains(checkedByDefault, c.Name):
		fault("is checked without being named; remove it")
	}
	if !slices.Contains(JwtFormats(), c.Format) {
		fault("has format %q, which must be one of %s", c.Format, strings.Join(JwtFormats(), ", "))
	}
	if len(c.Values) < 1 || len(c.Values) > maxJwtValues {
		fault("has %d values and must have 1..%d", len(c.Values), maxJwtValues)
	}
	for _, value := range c.Values {
		if len(value) > maxJwtText {
			fault("has a value of %d characters and may have %d", len(value), maxJwtText)
		}
		if c.Format == "space-separated-values" && strings.Contains(value, " ") {
			fault("has the value %q, which must be without spaces in format %s; write two values", value, c.Format)
		}
	}
	return errors.Join(faults...)
}

// jwt gives the jwt-validation of an Ingress, nil for none; false when LBC or AWS refuses it. LBC looks at it once there is a
// backend, and never on a Service.
func (b *builder) jwt(m member) (*JwtValidation, bool) {
	if _, stated := m.annotations.values[jwtValidation]; !stated {
		return nil, true
	}
	jwt := &JwtValidation{}
	if !m.annotations.decode(jwtValidation, jwt) {
		return nil, false
	}
	err := jwt.Validate()
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			b.refuse(m.key, InvalidAnnotation, "annotation %s: %s", jwtValidation, strings.TrimRight(line, "\n"))
		}
	}
	return jwt, err == nil
}

// checkUncheckedListeners reports listeners on which a request passes without the token that its Ingress asks for.
func (b *builder) checkUncheckedListeners(ports []port, redirectPort int) {
	for _, p := range ports {
		if p.Protocol == "HTTPS" || redirectPort != 0 {
			continue
		}
		for _, m := range p.members {
			if _, ok := m.annotations.values[jwtValidation]; ok {
				b.warn(m.key, IgnoredAnnotation, "annotation %s has no effect on listener HTTP:%d, which lets requests without a token through; set "+
					"sslRedirectPort in the IngressClassParams of class %q, or open HTTPS only",
					jwtValidation, p.Port, b.params.Name)
			}
		}
	}
}
