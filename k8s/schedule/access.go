package schedule

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/keda"
)

// objectName is the name of what the two CronJobs share, and their pods' value of labels.Name. No model can have a dot in its name.
const objectName = "modelway.schedule"

const rbacGroup = "rbac.authorization.k8s.io"

// newAccess registers the jobs' identity, with the rights that kubectl scale uses and no others: it lists the Deployments that
// its selector matches, and patches the scale of each
// (https://github.com/kubernetes/kubernetes/blob/v1.35.4/staging/src/k8s.io/kubectl/pkg/scale/scale.go).
func (b *builder) newAccess() error {
	account, err := corev1.NewServiceAccount(b.ctx, b.name+"-account", &corev1.ServiceAccountArgs{
		Metadata: b.metadata(objectName),
	}, b.child()...)
	if err != nil {
		return err
	}
	role, err := rbacv1.NewRole(b.ctx, b.name+"-role", &rbacv1.RoleArgs{
		Metadata: b.metadata(objectName),
		Rules:    b.args.rules(),
	}, b.child()...)
	if err != nil {
		return err
	}
	binding, err := rbacv1.NewRoleBinding(b.ctx, b.name+"-role-binding", &rbacv1.RoleBindingArgs{
		Metadata: b.metadata(objectName),
		RoleRef: &rbacv1.RoleRefArgs{
			ApiGroup: pulumi.String(rbacGroup), Kind: pulumi.String("Role"), Name: role.Metadata.Name().Elem(),
		},
		Subjects: rbacv1.SubjectArray{&rbacv1.SubjectArgs{
			Kind: pulumi.String("ServiceAccount"), Name: account.Metadata.Name().Elem(),
			Namespace: b.args.Namespace.ToStringOutput().ToStringPtrOutput(),
		}},
	}, b.child()...)
	b.needs = append(b.needs, account, role, binding)
	return err
}

// rules are those rights, and with KEDA those that kubectl annotate uses on its objects
// (https://github.com/kubernetes/kubernetes/blob/v1.35.4/staging/src/k8s.io/kubectl/pkg/cmd/annotate/annotate.go).
func (a *ScheduleArgs) rules() rbacv1.PolicyRuleArray {
	rules := rbacv1.PolicyRuleArray{allow("apps", "deployments", "list"), allow("apps", "deployments/scale", "patch")}
	if a.Keda {
		rules = append(rules, allow(keda.Group, keda.Plural, "list", "patch"))
	}
	return rules
}

func allow(group, resource string, verbs ...string) *rbacv1.PolicyRuleArgs {
	return &rbacv1.PolicyRuleArgs{
		ApiGroups: pulumi.ToStringArray([]string{group}), Resources: pulumi.ToStringArray([]string{resource}),
		Verbs: pulumi.ToStringArray(verbs),
	}
}

func (b *builder) metadata(object string) *metav1.ObjectMetaArgs {
	return &metav1.ObjectMetaArgs{
		Name: pulumi.String(object), Namespace: b.args.Namespace.ToStringOutput().ToStringPtrOutput(), Labels: pulumi.ToStringMap(all()),
	}
}

// child are the options of every object.
func (b *builder) child(needs ...pulumi.Resource) []pulumi.ResourceOption {
	return []pulumi.ResourceOption{pulumi.Parent(b.schedule), pulumi.DependsOn(b.args.DependsOn), pulumi.DependsOn(needs)}
}
