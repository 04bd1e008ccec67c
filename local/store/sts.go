package store

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/iamaccess"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/local/aws"
)

// Subject is whose a service account token is.
type Subject struct {
	// Namespace and ServiceAccount name the service account, and Pod and PodUID the pod that the token is bound to; "" for none.
	Namespace, ServiceAccount, Pod, PodUID string
}

// String is the claim sub of the token.
func (s Subject) String() string {
	return "system:serviceaccount:" + s.Namespace + ":" + s.ServiceAccount
}

// Reviewer tells whose a service account token is, after the cluster has found that it is genuine, has not expired, and is meant for the
// audience.
type Reviewer func(ctx context.Context, token, audience string) (Subject, error)

// Durations of sessions in seconds (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html).
const (
	leastDuration   = 900
	defaultDuration = 3600
)

// serveSTS answers the calls that a service account's pods make, and GetCallerIdentity.
func (s *Server) serveSTS(w http.ResponseWriter, r *http.Request) {
	state, err := s.Account.Snapshot()
	if err != nil {
		writeSTS(w, nil, err)
		return
	}
	signedBody, err := body(r)
	if err != nil {
		writeSTS(w, nil, err)
		return
	}
	switch action := r.Form.Get("Action"); action {
	case "AssumeRoleWithWebIdentity":
		answer, err := s.assume(r, state)
		if err != nil {
			s.Log.Info("STS refused a service account", "role", r.Form.Get("RoleArn"), "why", err.Error())
		}
		writeSTS(w, answer, err)
	case "GetCallerIdentity":
		r.Header.Set(payloadHeader, signedBody)
		who, administrator, err := s.caller(state, r, "sts")
		answer := callerIdentity{Arn: aws.Caller(), Account: aws.AccountID, UserID: s.connection.AccessKeyID}
		if err == nil && !administrator {
			answer.Arn, answer.UserID = who.arn(), who.AccessKey+":"+who.Name
		}
		writeSTS(w, answer, err)
	default:
		writeSTS(w, nil, refused("InvalidAction",
			"the STS of the local stack has AssumeRoleWithWebIdentity and GetCallerIdentity, and no action "+strconv.Quote(action)))
	}
}

// body reads the form of a request, and returns the sum of its text, over which it is signed.
func body(r *http.Request) (sum string, err error) {
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(r.Body, most))
	if err != nil {
		return "", err
	}
	r.Body = io.NopCloser(strings.NewReader(string(text)))
	return hashed(text), r.ParseForm()
}

type stsCredentials struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      time.Time
}

type assumedRole struct {
	XMLName       xml.Name       `xml:"AssumeRoleWithWebIdentityResponse"`
	Subject       string         `xml:"AssumeRoleWithWebIdentityResult>SubjectFromWebIdentityToken"`
	Arn           string         `xml:"AssumeRoleWithWebIdentityResult>AssumedRoleUser>Arn"`
	AssumedRoleID string         `xml:"AssumeRoleWithWebIdentityResult>AssumedRoleUser>AssumedRoleId"`
	Credentials   stsCredentials `xml:"AssumeRoleWithWebIdentityResult>Credentials"`
}

type callerIdentity struct {
	XMLName xml.Name `xml:"GetCallerIdentityResponse"`
	Arn     string   `xml:"GetCallerIdentityResult>Arn"`
	UserID  string   `xml:"GetCallerIdentityResult>UserId"`
	Account string   `xml:"GetCallerIdentityResult>Account"`
}

// assume gives a service account the credentials of a role that trusts it.
func (s *Server) assume(r *http.Request, state *aws.State) (assumedRole, error) {
	name, arn, token := r.Form.Get("RoleSessionName"), r.Form.Get("RoleArn"), r.Form.Get("WebIdentityToken")
	duration, err := strconv.Atoi(r.Form.Get("DurationSeconds"))
	if r.Form.Get("DurationSeconds") == "" {
		duration, err = defaultDuration, nil
	}
	if err != nil || name == "" || arn == "" || token == "" || duration < leastDuration {
		return assumedRole{}, refused("ValidationError",
			"RoleArn, RoleSessionName and WebIdentityToken are needed, and DurationSeconds is from "+strconv.Itoa(leastDuration))
	}
	subject, err := s.Review(r.Context(), token, iamdoc.Audience)
	if err != nil {
		return assumedRole{}, refused("InvalidIdentityToken", "the token is not one of the cluster's for "+iamdoc.Audience+": "+err.Error())
	}
	role := state.Get(aws.Role, arn)
	if role == nil {
		return assumedRole{}, denied("Not authorized to perform sts:AssumeRoleWithWebIdentity: there is no role %s", arn)
	}
	if most := role.Int("maxSessionDuration"); most > 0 && duration > most {
		return assumedRole{}, refused("ValidationError",
			fmt.Sprintf("The requested DurationSeconds exceeds the MaxSessionDuration set for this role: %d", most))
	}
	if err := trustsSubject(state, role, subject); err != nil {
		return assumedRole{}, err
	}
	who := session{Role: role.String("arn"), Name: name}
	made, err := s.issuer.issue(who, time.Duration(duration)*time.Second)
	return assumedRole{
		Subject: subject.String(), Arn: who.arn(), AssumedRoleID: made.AccessKeyID + ":" + name,
		Credentials: stsCredentials{made.AccessKeyID, made.SecretAccessKey, made.Token, made.Expires},
	}, err
}

// trustsSubject reports a role that does not trust a service account: its trust policy names the OpenID Connect provider of the cluster's
// issuer, and conditions on the claims aud and sub hold. Tokens of the local control plane count as those of the account's cluster.
func trustsSubject(state *aws.State, role *aws.Resource, subject Subject) error {
	trust, err := iamaccess.Parse(role.String("assumeRolePolicy"))
	if err != nil {
		return err
	}
	issuers := state.Issuers(iamdoc.Audience)
	providers := 0
	for issuer, arns := range issuers {
		request := iamaccess.Request{Action: "sts:AssumeRoleWithWebIdentity", Resource: role.String("arn"), Context: map[string][]string{
			issuer + ":aud": {iamdoc.Audience}, issuer + ":sub": {subject.String()},
			"aws:FederatedProvider": arns,
		}}
		for _, arn := range arns {
			providers++
			direct, _ := trust.For(iamaccess.Caller{Federated: arn})
			decision, err := iamaccess.Decide(request, direct)
			if err != nil {
				return err
			}
			if decision.Allowed {
				return nil
			}
		}
	}
	if providers == 0 {
		return refused("InvalidIdentityToken",
			"No OpenIDConnect provider found in your account for the cluster's issuer and the audience "+iamdoc.Audience)
	}
	return denied("Not authorized to perform sts:AssumeRoleWithWebIdentity: the trust policy of role %s does not let %s assume it",
		role.ID, subject)
}

// writeSTS answers with a result or an error in the form of STS.
func writeSTS(w http.ResponseWriter, answer any, err error) {
	w.Header().Set("Content-Type", "text/xml")
	if err != nil {
		answer = struct {
			XMLName xml.Name `xml:"ErrorResponse"`
			Error   stsError
		}{Error: stsError{"Sender", codeOf(err), messageOf(err)}}
		status := http.StatusBadRequest
		if known, ok := statuses[codeOf(err)]; ok {
			status = known
		}
		w.WriteHeader(status)
	}
	_ = xml.NewEncoder(w).Encode(answer)
}

type stsError struct{ Type, Code, Message string }

func messageOf(err error) string {
	var ofAWS *aws.Error
	if errors.As(err, &ofAWS) {
		return ofAWS.Message
	}
	return err.Error()
}
