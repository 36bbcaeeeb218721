package safelinks

// service is what wrapped a link: one of Microsoft's pages or another vendor.
type service struct {
	page           // of Microsoft, if vendor is nil
	vendor *vendor // else
}

// findService returns the service that answers at the host and path of a link. The
// outcome is decoded, spoofed or foreign.
func findService(p *parts) (service, outcome) {
	if p.host == "" {
		return service{}, foreign
	}
	pg, o := findPage(p)
	if o != foreign {
		return service{page: pg}, o
	}
	if v := findVendor(p); v != nil {
		return service{vendor: v}, decoded
	}
	return service{}, foreign
}

// unwrap decodes the layer that the service put around a URL. The outcome is decoded,
// opaque or noTarget.
func (s *service) unwrap(p *parts) (Layer, outcome) {
	if s.vendor == nil {
		return decodeSafeLink(p, &s.page)
	}
	l := Layer{Kind: s.vendor.kind, Flags: p.flags()}
	link := *p // escapes to the heap; p must not, since most links get no further
	o := s.vendor.unwrap(&l, &link)
	if o == opaque {
		l.Flags |= FlagOpaque
	}
	return l, o
}
