package identity

import "github.com/modelway/modelway/internal/iamdoc"

// What the sample documents of All are made with.
const (
	sampleRegion  = "us-east-1"
	sampleAccount = "111122223333"
	sampleCluster = "modelway-prod"
	sampleBucket  = "arn:aws:s3:::modelway-models"
	sampleKey     = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	sampleIssuer  = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
)

// All lists every document of this package, made with sample arguments.
func All() []Named {
	return []Named{
		{Name: "model store, reading", Document: ModelStorePolicy(sampleBucket, "fraud-detection", false)},
		{Name: "model store, writing, with a key", Document: ModelStorePolicy(sampleBucket, "fraud-detection", true, sampleKey)},
		{Name: "files of a model and of its canary", Document: ModelFilesPolicy(sampleRegion,
			BucketFolder{sampleBucket, "fraud-detection/3"}, BucketFolder{sampleBucket, "fraud-detection/4"})},
		{Name: "artifacts of a training", Document: ArtifactsPolicy(sampleRegion, BucketFolder{sampleBucket, "artifacts"})},
		{Name: "trust of a service account on Fargate", Document: iamdoc.WebIdentityTrust(
			"arn:aws:iam::"+sampleAccount+":oidc-provider/"+sampleIssuer, "https://"+sampleIssuer, "models", "fraud-detection")},
		{Name: "trust of a service account on nodes", Document: iamdoc.PodIdentityTrust(
			"arn:aws:eks:"+sampleRegion+":"+sampleAccount+":cluster/"+sampleCluster, "models", "fraud-detection")},
	}
}
