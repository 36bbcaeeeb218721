package calibrate

import "math"

// minSlope is the least slope of a fit. Below it, the score hardly orders the labels, or
// orders them the wrong way round.
const minSlope = 0.05

// fitPlatt fits logit(share) = slope*x + offset by maximum likelihood. To the points it
// adds shrink labels, spread over the scores, whose shares are those of the shipped
// rules.
//
// The likelihood of a logistic is concave, so Newton's method with halved steps finds its
// one maximum. A ridge towards slope 1 and offset 0, too small to matter elsewhere,
// decides where all scores are equal.
func fitPlatt(points []point, shrink float64) (slope, offset float64) {
	const ridge = 1e-6
	target := make([]point, len(points))
	for i, p := range points {
		k := shrink / float64(len(points))
		target[i] = point{p.x, p.weight + k, (p.weight*p.share + k*logistic(p.x)) / (p.weight + k)}
	}
	loss := func(a, b float64) float64 {
		sum := ridge / 2 * ((a-1)*(a-1) + b*b)
		for _, p := range target {
			l := a*p.x + b
			sum += p.weight * (softplus(l) - p.share*l) // -share*ln(p) - (1-share)*ln(1-p)
		}
		return sum
	}
	a, b := 1.0, 0.0
	now := loss(a, b)
	for range 200 {
		ga, gb := ridge*(a-1), ridge*b // gradient
		haa, hab, hbb := ridge, 0.0, ridge
		for _, p := range target {
			q := logistic(a*p.x + b)
			d, w := p.weight*(q-p.share), p.weight*q*(1-q)
			ga += d * p.x
			gb += d
			haa += w * p.x * p.x
			hab += w * p.x
			hbb += w
		}
		det := haa*hbb - hab*hab
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		step, next := 1.0, math.Inf(1)
		for ; step > 1e-12; step /= 2 {
			if next = loss(a-step*da, b-step*db); next <= now {
				break
			}
		}
		if !(next <= now) {
			break
		}
		a, b, now = a-step*da, b-step*db, next
		if math.Abs(step*da)+math.Abs(step*db) < 1e-12 {
			break
		}
	}
	return a, b
}

// softplus returns ln(1 + e^l) without overflow.
func softplus(l float64) float64 {
	if l > 0 {
		return l + math.Log1p(math.Exp(-l))
	}
	return math.Log1p(math.Exp(l))
}
