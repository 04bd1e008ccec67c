// Package edge puts load balancers under the names of a domain: the certificate that HTTPS listeners show, and the DNS records
// that lead clients to a load balancer.
package edge

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/edge"
	"github.com/modelway/modelway/internal/naming"
)

const (
	// CertificateToken is the type token of Certificate.
	CertificateToken = "modelway:edge:Certificate"
	// recordTtl is how many seconds resolvers keep the record that proves the domain.
	recordTtl = 60
	// validationTimeout is how long to wait for ACM to see the record, which takes minutes where clients reach the hosted zone. The
	// provider's default is 75 minutes.
	validationTimeout = "30m"
)

// CertificateArgs describe a certificate. Domain and HostedZoneId are required.
type CertificateArgs struct {
	// Domain is the parent of the hosts, such as company.com, at most 62 characters. The certificate is for *.<domain>: for hosts
	// one label below the domain, and not for the domain itself.
	Domain string
	// HostedZoneId is the id of the public Route 53 hosted zone that answers for the domain.
	HostedZoneId string
	// Tags are put on every taggable child. Default none.
	Tags map[string]string
}

// Certificate is a public ACM certificate in the region of the provider. ACM renews it as long as the record is there.
type Certificate struct {
	pulumi.ResourceState

	// Arn is the certificate's ARN, known once ACM has issued it: a listener cannot show it before.
	Arn pulumi.StringOutput
	// Ready are the certificate, the record and the validation.
	Ready []pulumi.Resource
}

// NewCertificate registers a certificate, and waits until ACM has issued it.
func NewCertificate(ctx *pulumi.Context, name string, args *CertificateArgs, opts ...pulumi.ResourceOption) (*Certificate, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("checking certificate %q: %w", name, err)
	}
	c := &Certificate{}
	if err := ctx.RegisterComponentResourceV2(CertificateToken, name, args.inputs(), c, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	certificate, err := c.newCertificate(ctx, name, args)
	if err != nil {
		return nil, fmt.Errorf("registering the certificate of %q: %w", name, err)
	}
	record, err := c.newRecord(ctx, name, args, certificate)
	if err != nil {
		return nil, fmt.Errorf("registering the validation record of %q: %w", name, err)
	}
	validation, err := c.newValidation(ctx, name, certificate, record)
	if err != nil {
		return nil, fmt.Errorf("registering the validation of %q: %w", name, err)
	}
	c.Arn, c.Ready = validation.CertificateArn, []pulumi.Resource{certificate, record, validation}
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"arn": c.Arn})
}

func (a *CertificateArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"domain": pulumi.String(a.Domain), "hostedZoneId": pulumi.String(a.HostedZoneId), "tags": pulumi.ToStringMap(a.Tags),
	}
}

func (c *Certificate) newCertificate(ctx *pulumi.Context, name string, args *CertificateArgs) (*acm.Certificate, error) {
	return acm.NewCertificate(ctx, name+"-certificate", &acm.CertificateArgs{
		DomainName:       pulumi.String(edge.Wildcard + args.Domain),
		ValidationMethod: pulumi.String("DNS"),
		Tags:             pulumi.ToStringMap(naming.Tagged(args.Tags, name+"-certificate", nil)),
	}, pulumi.Parent(c))
}

// newRecord proves the domain. ACM asks for the same record in every certificate of the domain and account, and looks at it again
// before it renews one (https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html). So a second certificate takes the
// record over, and the record stays when one of them goes.
func (c *Certificate) newRecord(ctx *pulumi.Context, name string, args *CertificateArgs, certificate *acm.Certificate) (*route53.Record,
	error) {
	proof := certificate.DomainValidationOptions.ApplyT(onlyProof).(acm.CertificateDomainValidationOptionOutput)
	return route53.NewRecord(ctx, name+"-record", &route53.RecordArgs{
		ZoneId:         pulumi.String(args.HostedZoneId),
		Name:           proof.ResourceRecordName().Elem(),
		Type:           proof.ResourceRecordType().Elem(),
		Records:        pulumi.StringArray{proof.ResourceRecordValue().Elem()},
		Ttl:            pulumi.Int(recordTtl),
		AllowOverwrite: pulumi.Bool(true),
	}, pulumi.Parent(c), pulumi.RetainOnDelete(true))
}

// onlyProof is the one record that ACM asks for: a certificate has one for each of its names.
func onlyProof(options []acm.CertificateDomainValidationOption) (acm.CertificateDomainValidationOption, error) {
	if len(options) != 1 {
		return acm.CertificateDomainValidationOption{}, fmt.Errorf("ACM asks for %d records to prove the domain, and a certificate for one "+
			"name needs one", len(options))
	}
	return options[0], nil
}

func (c *Certificate) newValidation(ctx *pulumi.Context, name string, certificate *acm.Certificate,
	record *route53.Record) (*acm.CertificateValidation, error) {
	return acm.NewCertificateValidation(ctx, name+"-validation", &acm.CertificateValidationArgs{
		CertificateArn:        certificate.Arn,
		ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, pulumi.Parent(c), pulumi.Timeouts(&pulumi.CustomTimeouts{Create: validationTimeout}))
}
