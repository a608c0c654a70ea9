package demo

// Script is what a second terminal needs for the speaker's notes; `show demo`
// gives it as JSON.
type Script struct {
	Demo     string   `json:"demo"`
	Title    string   `json:"title"`
	Chapter  int      `json:"chapter"` // 1 is the first
	Chapters []string `json:"chapters"`
	Mode     string   `json:"mode"`
	Caption  string   `json:"caption"`
	Full     string   `json:"full"`
	Next     string   `json:"next"` // the next caption
	Notes    []string `json:"notes"`
	Note     int      `json:"note"` // 1 is the first; the one that is meant now
	Question string   `json:"question"`
	Choices  []string `json:"choices"`
	Truth    int      `json:"truth"` // 1 is the first; 0 = not known yet
	Speed    float64  `json:"speed"`
	Left     float64  `json:"left_seconds"`
	Takes    float64  `json:"takes_seconds"` // this chapter, by itself
}

// Script is where the show stands.
func (s *Show) Script() Script {
	st := s.State()
	out := Script{
		Demo: st.Info.Name, Title: st.Info.Title, Chapter: st.Chapter + 1, Chapters: st.Chapters, Mode: st.Mode.String(),
		Caption: st.Caption, Full: st.Full, Next: st.Next, Notes: st.Notes, Note: st.Note + 1,
		Speed: st.Speed, Left: st.Left.Seconds(), Takes: s.demo.Takes(st.Chapter).Seconds(),
	}
	if st.Ask != nil {
		out.Question, out.Choices, out.Truth = st.Ask.Text, st.Ask.Choices, st.Ask.Truth+1
	}
	return out
}
