// The workloads of ./dev bench that README quotes, with goroutines and channels:
//
//	GOMAXPROCS=2 peers WORKLOAD
//
// prints a line of JSON, or exits with 1 if a sum is wrong.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

func scaled(n int) int {
	if scale, err := strconv.ParseFloat(os.Getenv("BENCH_SCALE"), 64); err == nil {
		n = int(float64(n) * scale)
	}
	return max(n, 1)
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}

func check(what string, got, wanted int) {
	if got != wanted {
		fmt.Fprintf(os.Stderr, "%s: %d, not %d\n", what, got, wanted)
		os.Exit(1)
	}
}

// ---- two that talk ----

type ping struct {
	from chan int
	i    int
}

func pingPong(n int) {
	pings, pongs := make(chan ping), make(chan int)
	go func() {
		for p := range pings {
			p.from <- p.i
		}
	}()
	sum := 0
	for i := 1; i <= n; i++ {
		pings <- ping{pongs, i}
		sum += <-pongs
	}
	check("sum", sum, n*(n+1)/2)
	close(pings)
}

// ---- a ring ----

const members = 503

func threadRing(n int) {
	type seat struct {
		number int
		in     chan int
	}
	seats, last := make([]seat, members), make(chan int)
	for i := range seats {
		seats[i] = seat{i + 1, make(chan int)}
	}
	for i := range seats {
		go func(own, next seat) {
			for k := range own.in {
				if k == 0 {
					last <- own.number
				} else {
					next.in <- k - 1
				}
			}
		}(seats[i], seats[(i+1)%members])
	}
	seats[0].in <- n
	check("the last", <-last, n%members+1)
}

// ---- those that only begin and end ----

func spawnExit(n int) {
	const inFlight = 1000
	done := make(chan int, inFlight)
	for started, ended := 0, 0; ended < n; {
		if started < n && started-ended < inFlight {
			go func(i int) { done <- i }(started)
			started++
		} else {
			<-done
			ended++
		}
	}
}

// ---- calls ----

type request struct {
	by    int
	reply chan int
}

func genCall(n int) {
	requests := make(chan request)
	go func() {
		count := 0
		for r := range requests {
			count += r.by
			r.reply <- count
		}
	}()
	last := 0
	for i := 0; i < n; i++ {
		reply := make(chan int, 1)
		requests <- request{1, reply}
		last = <-reply
	}
	check("count", last, n)
	close(requests)
}

// ---- many to one ----

type message struct{ sender, i int }

func fanIn(all int) {
	const senders = 100
	each := max(all/senders, 1)
	mailbox, begin := make(chan message, 1024), make(chan bool)
	for s := 0; s < senders; s++ {
		go func(s int) {
			<-begin
			for i := 1; i <= each; i++ {
				mailbox <- message{s, i}
			}
		}(s)
	}
	close(begin)
	sum := 0
	for i := 0; i < senders*each; i++ {
		sum += (<-mailbox).i
	}
	check("sum", sum, senders*each*(each+1)/2)
}

// Each does what it does so many times, a tenth of that before the clock runs.
var workloads = map[string]struct {
	variant string
	n       int
	warm    bool
	run     func(n int)
}{
	"ping_pong":   {"", 2000000, true, pingPong},
	"thread_ring": {"", 5000000, false, threadRing},
	"spawn_exit":  {"notify", 1000000, true, spawnExit},
	"gen_call":    {"", 1000000, true, genCall},
	"fan_in":      {"bounded_1024", 5000000, false, fanIn},
}

func main() {
	name := os.Args[1]
	w := workloads[name]
	n := scaled(w.n)
	if w.warm {
		w.run(max(n/10, 1))
	}
	from := time.Now()
	w.run(n)
	ns := float64(time.Since(from).Nanoseconds())
	metric, value := "ns_per_op", ns/float64(n)
	if name == "fan_in" {
		metric, value = "msgs_per_s", float64(n)*1e9/ns
	}
	variant := fmt.Sprintf("S%d", runtime.GOMAXPROCS(0))
	if w.variant != "" {
		variant += "," + w.variant
	}
	fmt.Printf("{\"bench\":%q,\"variant\":%q,\"metric\":%q,\"value\":%.3f,\"n\":%d}\n", name, variant, metric, value, n)
}
