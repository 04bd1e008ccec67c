package store

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/modelway/modelway/local/aws"
)

// session is a role that somebody has assumed. Its token holds all of it, signed, so that credentials outlive a restart of the stack.
type session struct {
	// Role is the ARN of the role, and Name that of the session.
	Role, Name string
	// Tags are those of the session.
	Tags map[string]string `json:",omitempty"`
	// Expires is when the credentials end.
	Expires time.Time
	// AccessKey is the one that the token belongs to.
	AccessKey string
}

// arn is that of the caller, as policies and messages name it.
func (s session) arn() string {
	account, name := s.Role[:strings.LastIndex(s.Role, ":")], s.Role[strings.LastIndex(s.Role, "/")+1:]
	return strings.Replace(account, ":iam:", ":sts:", 1) + ":assumed-role/" + name + "/" + s.Name
}

// credentials are those of a session.
type credentials struct {
	AccessKeyID, SecretAccessKey, Token string
	Expires                             time.Time
}

// issuer makes and reads the credentials of sessions with a key of its own.
type issuer struct {
	key []byte
	now func() time.Time
}

func (i issuer) sum(parts ...string) string {
	mac := hmac.New(sha256.New, i.key)
	fmt.Fprintf(mac, "%q", parts)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (i issuer) secret(accessKey string) string { return i.sum("secret", accessKey)[:40] }

// issue returns the credentials of a session, which last for a time.
func (i issuer) issue(s session, lasting time.Duration) (credentials, error) {
	s.AccessKey = "ASIA" + rand.Text()[:16]
	s.Expires = i.now().Add(lasting).UTC().Truncate(time.Second)
	text, err := json.Marshal(s)
	if err != nil {
		return credentials{}, err
	}
	payload := base64.RawURLEncoding.EncodeToString(text)
	return credentials{s.AccessKey, i.secret(s.AccessKey), payload + "." + i.sum("token", payload), s.Expires}, nil
}

// open reads a token. The error is one of AWS.
func (i issuer) open(accessKey, token string) (session, error) {
	payload, sum, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(payload)
	var s session
	if err != nil || !hmac.Equal([]byte(sum), []byte(i.sum("token", payload))) || json.Unmarshal(text, &s) != nil || s.AccessKey != accessKey {
		return session{}, &aws.Error{Code: "InvalidToken", Message: "The provided token is malformed or otherwise invalid."}
	}
	if !i.now().Before(s.Expires) {
		return session{}, &aws.Error{Code: "ExpiredToken", Message: "The provided token has expired."}
	}
	return s, nil
}
