package calibrate

import "math"

// upperBound returns the upper end of the exact two-sided interval (Clopper-Pearson), at
// the given level, of a share of which k out of n were seen. "Exact" means that the level
// is kept whatever the share is; the interval is wider than it would have to be.
func upperBound(k, n int, level float64) float64 {
	if k >= n {
		return 1
	}
	return betaQuantile(1-(1-level)/2, float64(k+1), float64(n-k))
}

// betaQuantile returns the x at which the beta distribution reaches q, by bisection: the
// distribution is monotone, and each step gives a bit.
func betaQuantile(q, a, b float64) float64 {
	low, high := 0.0, 1.0
	for range 1100 {
		middle := low + (high-low)/2
		if middle == low || middle == high {
			break
		}
		if betaDistribution(middle, a, b) < q {
			low = middle
		} else {
			high = middle
		}
	}
	return low + (high-low)/2
}

// betaDistribution returns the regularised incomplete beta function I_x(a, b) by Lentz's
// evaluation of its continued fraction (NIST Digital Library of Mathematical Functions,
// 8.17.22), on the side of the mean where the fraction converges fast.
func betaDistribution(x, a, b float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2):
		return 1 - betaDistribution(1-x, b, a)
	}
	lab, _ := math.Lgamma(a + b)
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	front := math.Exp(lab - la - lb + a*math.Log(x) + b*math.Log1p(-x))

	const tiny = 1e-300
	c, d := 1.0, 1-(a+b)*x/(a+1)
	if math.Abs(d) < tiny {
		d = tiny
	}
	d = 1 / d
	f := d
	step := func(numerator float64) float64 {
		d = 1 + numerator*d
		if math.Abs(d) < tiny {
			d = tiny
		}
		c = 1 + numerator/c
		if math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		return d * c
	}
	// The number of terms needed grows as the root of the greater parameter.
	for m := 1.0; m < 100_000; m++ {
		f *= step(m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m)))
		delta := step(-(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1)))
		f *= delta
		if math.Abs(delta-1) < 1e-15 {
			break
		}
	}
	return front * f / a
}
