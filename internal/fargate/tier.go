package fargate

const (
	mebibyte = 1 << 20
	gibibyte = 1 << 30
)

// tier is a row of the sizes that AWS offers: one CPU with memory from least to most in steps. Steps count from zero.
type tier struct {
	cpu               int64 // thousandths of a vCPU
	least, most, step int64 // bytes
}

// tiers are the sizes of https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html, cheapest first. What AWS
// writes as GB are 2^30 bytes. A quarter of a vCPU has two rows, since it comes with 0.5, 1 or 2 GB.
var tiers = []tier{
	{250, gibibyte / 2, gibibyte, gibibyte / 2},
	{250, 2 * gibibyte, 2 * gibibyte, gibibyte},
	{500, gibibyte, 4 * gibibyte, gibibyte},
	{1_000, 2 * gibibyte, 8 * gibibyte, gibibyte},
	{2_000, 4 * gibibyte, 16 * gibibyte, gibibyte},
	{4_000, 8 * gibibyte, 30 * gibibyte, gibibyte},
	{8_000, 16 * gibibyte, 60 * gibibyte, 4 * gibibyte},
	{16_000, 32 * gibibyte, 120 * gibibyte, 8 * gibibyte},
}

// memoryFor returns the least memory of the tier that holds a need, or more than most where none does.
func (t tier) memoryFor(need int64) int64 {
	return max(t.least, (need+t.step-1)/t.step*t.step)
}
