package store

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/iamaccess"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/identity"
)

// podIdentityDuration is how long the credentials last (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html).
const podIdentityDuration = 6 * time.Hour

// servePodIdentity answers as the agent on a node: the token of the pod is the header Authorization.
func (s *Server) servePodIdentity(w http.ResponseWriter, r *http.Request) {
	made, err := s.associated(r)
	if err != nil {
		s.Log.Info("Pod Identity refused a pod", "why", err.Error())
		http.Error(w, codeOf(err)+": "+messageOf(err), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"AccessKeyId": made.AccessKeyID, "SecretAccessKey": made.SecretAccessKey, "Token": made.Token,
		"AccountId": aws.AccountID, "Expiration": made.Expires.Format(time.RFC3339),
	})
}

// associated gives a pod the credentials of the role that its service account is associated with.
func (s *Server) associated(r *http.Request) (credentials, error) {
	state, err := s.Account.Snapshot()
	if err != nil {
		return credentials{}, err
	}
	subject, err := s.Review(r.Context(), r.Header.Get("Authorization"), identity.PodIdentityAudience)
	if err != nil {
		return credentials{}, refused("InvalidTokenException",
			"the token is not one of the cluster's for "+identity.PodIdentityAudience+": "+err.Error())
	}
	association := state.AssociationOf(subject.Namespace, subject.ServiceAccount)
	if association == nil {
		return credentials{}, refused("ResourceNotFoundException",
			"there is no Pod Identity association of service account "+subject.Namespace+"/"+subject.ServiceAccount)
	}
	cluster := state.Get(aws.Cluster, association.String("clusterName"))
	role := state.Get(aws.Role, association.String("roleArn"))
	if role == nil || cluster == nil {
		return credentials{}, denied("the role or the cluster of the association %s does not exist any more", association.ID)
	}
	tags := map[string]string{
		"eks-cluster-arn": cluster.String("arn"), "eks-cluster-name": cluster.ID, "kubernetes-namespace": subject.Namespace,
		"kubernetes-service-account": subject.ServiceAccount, "kubernetes-pod-name": subject.Pod, "kubernetes-pod-uid": subject.PodUID,
	}
	if err := trustsPods(role, cluster, tags); err != nil {
		return credentials{}, err
	}
	name := "eks-" + cluster.ID + "-" + subject.Pod
	return s.issuer.issue(session{Role: role.String("arn"), Name: strings.Trim(name[:min(len(name), 64)], "-"), Tags: tags},
		podIdentityDuration)
}

// trustsPods reports a role that EKS Pod Identity may not assume for a pod with these tags
// (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html).
func trustsPods(role, cluster *aws.Resource, tags map[string]string) error {
	trust, err := iamaccess.Parse(role.String("assumeRolePolicy"))
	if err != nil {
		return err
	}
	context := map[string][]string{"aws:SourceAccount": {aws.AccountID}, "aws:SourceArn": {cluster.String("arn")}}
	for name, value := range tags {
		context["aws:RequestTag/"+name] = []string{value}
		context["aws:TagKeys"] = append(context["aws:TagKeys"], name)
	}
	direct, _ := trust.For(iamaccess.Caller{Service: identity.PodIdentityAudience})
	for _, action := range []string{"sts:AssumeRole", "sts:TagSession"} {
		decision, err := iamaccess.Decide(iamaccess.Request{Action: action, Resource: role.String("arn"), Context: context}, direct)
		if err != nil {
			return err
		}
		if !decision.Allowed {
			return denied("the trust policy of role %s does not let %s do %s for service account %s/%s", role.ID, identity.PodIdentityAudience,
				action,
				tags["kubernetes-namespace"], tags["kubernetes-service-account"])
		}
	}
	return nil
}
