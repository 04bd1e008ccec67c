// Package tasks follows the task pages of docs/tasks to the letter: it writes their files and runs their commands in a copy of the
// project, and compares what they print with what the page shows. It has no code of its own.
//
// A fence of a page says what its block is by its first words:
//
//	yaml, go       a file; its first line is a comment with the file's path
//	sh             commands, which have to succeed
//	sh fails       commands, the last of which has to fail
//	sh setup       the two lines that put modelway on PATH
//	sh up, sh aws  commands that need the local stack or its engine, or AWS: they are not run
//	sh go          commands that compile the program: they are run by TestExamplesInReadmeCompile, as far as they compile
//	text           what the commands above print; from="A" to="B" shows the lines from the first that begins with A to the next that
//	               begins with B
package tasks
