package sheet

import "fmt"

// Count is a number with its noun, which takes an s where the number is not one: "1 file", "3 files".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
