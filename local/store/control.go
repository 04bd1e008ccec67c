package store

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/local/aws"
)

// targetHeader names the call of an API that speaks JSON.
const targetHeader = "X-Amz-Target"

// call is a call of an API that speaks JSON: the name that requests to it are signed for, and what answers.
type call struct {
	service string
	answer  func(*Server, []byte) (any, error)
}

// calls are those that look for what is left in the account, and delete it
// (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/ and
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/). They are for the owner of the checkout, and for no pod.
var calls = map[string]call{
	"ResourceGroupsTaggingAPI_20170126.GetResources": {"tagging", (*Server).getResources},
	"CloudApiService.ListResources":                  {"cloudcontrolapi", (*Server).listResources},
	"CloudApiService.GetResource":                    {"cloudcontrolapi", (*Server).getResource},
	"CloudApiService.DeleteResource":                 {"cloudcontrolapi", (*Server).deleteResource},
	"CloudApiService.GetResourceRequestStatus":       {"cloudcontrolapi", (*Server).requestStatus},
}

// serveControl answers a call of one of these APIs.
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request) {
	answer, err := s.control(r)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if err != nil {
		status := http.StatusBadRequest
		if known, ok := statuses[codeOf(err)]; ok {
			status = known
		}
		w.WriteHeader(status)
		answer = map[string]string{"__type": codeOf(err), "message": messageOf(err)}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *Server) control(r *http.Request) (any, error) {
	asked, known := calls[r.Header.Get(targetHeader)]
	if !known {
		return nil, refused("UnknownOperationException", "the local stack answers no "+r.Header.Get(targetHeader))
	}
	const most = 1 << 20
	body, err := io.ReadAll(io.LimitReader(r.Body, most))
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	r.Header.Set(payloadHeader, hashed(body))
	state, err := s.Account.Snapshot()
	if err != nil {
		return nil, err
	}
	who, administrator, err := s.caller(state, r, asked.service)
	switch {
	case err != nil:
		return nil, err
	case !administrator:
		return nil, denied("User: %s is not authorized to perform this action: it is for the owner of the checkout", who.arn())
	}
	return asked.answer(s, body)
}

type tag struct{ Key, Value string }

type tagMapping struct {
	ResourceARN string
	Tags        []tag
}

func (s *Server) getResources(body []byte) (any, error) {
	var in struct {
		TagFilters       []aws.TagFilter
		ResourcesPerPage int
		PaginationToken  string
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, refused("SerializationException", err.Error())
	}
	state, err := s.Account.Snapshot()
	if err != nil {
		return nil, err
	}
	page, next, err := state.TaggedResources(in.TagFilters, in.ResourcesPerPage, in.PaginationToken)
	answer := struct {
		PaginationToken        string
		ResourceTagMappingList []tagMapping
	}{PaginationToken: next, ResourceTagMappingList: []tagMapping{}}
	for _, t := range page {
		answer.ResourceTagMappingList = append(answer.ResourceTagMappingList, tagMapping{t.Arn, listed(t.Tags)})
	}
	return answer, err
}

// listed are tags in the order of their keys.
func listed(tags map[string]string) []tag {
	all := []tag{}
	for key, value := range tags {
		all = append(all, tag{key, value})
	}
	slices.SortFunc(all, func(a, b tag) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// resourceInput names a resource of Cloud Control, and pages.
type resourceInput struct {
	TypeName, Identifier, NextToken, RequestToken string
	MaxResults                                    int
}

type description struct{ Identifier, Properties string }

// usualResources is how many resources a page has where the caller does not say.
const usualResources = 20

func (s *Server) listResources(body []byte) (any, error) {
	in, state, err := s.resource(body)
	if err != nil {
		return nil, err
	}
	ids, err := state.Controlled(in.TypeName)
	if err != nil {
		return nil, err
	}
	size := in.MaxResults
	if size == 0 {
		size = usualResources
	}
	after, _ := base64.RawURLEncoding.DecodeString(in.NextToken)
	from := 0
	if in.NextToken != "" {
		from = slices.Index(ids, string(after)) + 1
	}
	answer := map[string]any{"TypeName": in.TypeName}
	page := []description{}
	for _, id := range ids[from:min(from+size, len(ids))] {
		page = append(page, description{id, "{}"})
	}
	if answer["ResourceDescriptions"] = page; from+size < len(ids) {
		answer["NextToken"] = base64.RawURLEncoding.EncodeToString([]byte(page[len(page)-1].Identifier))
	}
	return answer, nil
}

// resource reads the input of a call, and the account.
func (s *Server) resource(body []byte) (in resourceInput, state *aws.State, err error) {
	if err := json.Unmarshal(body, &in); err != nil {
		return in, nil, refused("SerializationException", err.Error())
	}
	state, err = s.Account.Snapshot()
	return in, state, err
}

func (s *Server) getResource(body []byte) (any, error) {
	in, state, err := s.resource(body)
	if err != nil {
		return nil, err
	}
	tags, exists := state.ControlledTags(in.TypeName, in.Identifier)
	if !exists {
		return nil, refused("ResourceNotFoundException", "Resource of type '"+in.TypeName+"' with identifier '"+in.Identifier+"' was not found")
	}
	text, err := json.Marshal(map[string]any{"Tags": listed(tags), "GroupId": state.GroupOf(in.TypeName, in.Identifier)})
	return map[string]any{"TypeName": in.TypeName, "ResourceDescription": description{in.Identifier, string(text)}}, err
}

// progress is how far a deletion is.
type progress struct {
	TypeName, Identifier, RequestToken, Operation, OperationStatus string
	ErrorCode                                                      string `json:",omitempty"`
	StatusMessage                                                  string `json:",omitempty"`
	EventTime                                                      int64
}

func progressOf(in resourceInput, status string) progress {
	token := base64.RawURLEncoding.EncodeToString([]byte(in.TypeName + "\n" + in.Identifier))
	return progress{TypeName: in.TypeName, Identifier: in.Identifier, RequestToken: token, Operation: "DELETE", OperationStatus: status,
		EventTime: time.Now().Unix()}
}

func (s *Server) deleteResource(body []byte) (any, error) {
	in, _, err := s.resource(body)
	if err != nil {
		return nil, err
	}
	err = s.Account.Update(func(state *aws.State) error { return state.DeleteControlled(in.TypeName, in.Identifier) })
	made := progressOf(in, "IN_PROGRESS")
	var refusal *aws.Error
	if errors.As(err, &refusal) {
		switch refusal.Code {
		case "UnsupportedActionException", "ResourceNotFoundException":
			return nil, err
		}
		made.OperationStatus, made.ErrorCode, made.StatusMessage, err = "FAILED", "GeneralServiceException", refusal.Error(), nil
	}
	return map[string]any{"ProgressEvent": made}, err
}

func (s *Server) requestStatus(body []byte) (any, error) {
	in, state, err := s.resource(body)
	if err != nil {
		return nil, err
	}
	text, err := base64.RawURLEncoding.DecodeString(in.RequestToken)
	typ, id, found := strings.Cut(string(text), "\n")
	if err != nil || !found {
		return nil, refused("RequestTokenNotFoundException", "Request with token "+in.RequestToken+" was not found")
	}
	in.TypeName, in.Identifier = typ, id
	status := "SUCCESS"
	if _, exists := state.ControlledTags(typ, id); exists {
		status = "IN_PROGRESS"
	}
	return map[string]any{"ProgressEvent": progressOf(in, status)}, nil
}
