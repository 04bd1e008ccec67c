package strict

import "strings"

// Suggest returns the candidate that the text was probably meant to be: the same but for case, one that contains it, or one
// within a third of its letters in typing errors, but not most of them.
func Suggest(text string, candidates []string) (string, bool) {
	lower := strings.ToLower(text)
	best, bestDistance := "", min(len(text)/3, len(text)/2-1)+2
	for _, candidate := range candidates {
		other := strings.ToLower(candidate)
		distance := EditDistance(lower, other)
		if len(lower) >= 4 && strings.Contains(other, lower) {
			distance = min(distance, 1)
		}
		if distance < bestDistance {
			best, bestDistance = candidate, distance
		}
	}
	return best, best != ""
}

// EditDistance counts the insertions, deletions, replacements and swaps of neighbours that turn one text into the other
// (optimal string alignment).
func EditDistance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
