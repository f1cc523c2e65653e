import sys
if hasattr(sys,"monitoring"):
    m=sys.monitoring; m.use_tool_id(m.COVERAGE_ID,"me"); ev=[]
    m.register_callback(m.COVERAGE_ID,m.events.LINE,lambda c,l: ev.append(l) if c.co_filename==__file__ else None)
    m.set_events(m.COVERAGE_ID,m.events.LINE)
    x=1
    y=x or 2
    m.set_events(m.COVERAGE_ID,0); m.free_tool_id(m.COVERAGE_ID)
    print(ev)
