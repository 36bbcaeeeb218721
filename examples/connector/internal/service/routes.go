package service

import "net/http"

// route is a method of a path. There are no others.
type route struct {
	method, path string
	open         bool // no key is asked for
	places       func(*Service) chan struct{}
	endless      bool // no limit of time
	answer       func(*Service, *call) error
}

func (r *route) String() string { return r.method + " " + r.path }

func requestPlaces(s *Service) chan struct{} { return s.requests }
func streamPlaces(s *Service) chan struct{}  { return s.streams }

var routes = []route{
	{method: "POST", path: "/v1/classify", places: requestPlaces, answer: (*Service).classify},
	{method: "POST", path: "/v1/batch", places: requestPlaces, answer: (*Service).batch},
	{method: "POST", path: "/v1/stream", places: streamPlaces, endless: true, answer: (*Service).stream},
	{method: "POST", path: "/v1/safelinks", places: requestPlaces, answer: (*Service).safelinks},
	{method: "POST", path: "/v1/ranges", places: requestPlaces, answer: (*Service).ranges},
	{method: "GET", path: "/v1/words", answer: (*Service).getWords},
	{method: "GET", path: "/v1/version", answer: (*Service).getVersion},
	{method: "GET", path: "/healthz", open: true, answer: (*Service).health},
	{method: "GET", path: "/readyz", open: true, answer: (*Service).ready},
	{method: "GET", path: "/openapi2.json", open: true, answer: document("openapi2.json")},
	{method: "GET", path: "/openapi3.json", open: true, answer: document("openapi3.json")},
	{method: "GET", path: "/openapi31.json", open: true, answer: document("openapi31.json")},
}

// Routes returns every route as its method, a space and its path.
func Routes() []string {
	names := make([]string, len(routes))
	for i := range routes {
		names[i] = routes[i].String()
	}
	return names
}

// find returns the route of a request, or the problem: there is no such path, or it has
// another method.
func find(r *http.Request) (*route, error) {
	var other *route
	for i := range routes {
		switch route := &routes[i]; {
		case route.path != r.URL.Path:
		case route.method == r.Method, route.method == "GET" && r.Method == "HEAD":
			return route, nil
		default:
			other = route
		}
	}
	if other == nil {
		return nil, newProblem(http.StatusNotFound, "")
	}
	p := newProblem(http.StatusMethodNotAllowed, "use %s", other.method)
	p.allow = other.method
	if other.method == "GET" {
		p.allow = "GET, HEAD"
	}
	return nil, p
}
