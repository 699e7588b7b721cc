import pytest

from qbconnector.qbxml import dialect
from qbconnector.qbxml.states import State, grammar


@pytest.mark.parametrize("name", ["qbxml", "qbposxml"])
@pytest.mark.parametrize("responses", [False, True])
def test_every_state_is_deterministic_and_can_end(name: str, responses: bool) -> None:
    spec = dialect(name)
    rules = grammar(name, spec.versions[-1], spec.editions[0], responses)
    open_states: list[State] = []
    for message in spec.messages.values():
        content = message.response.content if responses else message.content
        assert content is not None
        open_states.append(rules.inside(content))
    seen = {id(state) for state in open_states}
    while open_states:
        state = open_states.pop()
        steps = list(state.steps())
        names = [decl.name for decl, _ in steps]
        assert len(names) == len(set(names)), names
        assert state.final or state.required()
        for decl, target in steps:
            inside = [rules.inside(decl.content)] if decl.content else []
            for reached in [target, *inside]:
                if id(reached) not in seen:
                    seen.add(id(reached))
                    open_states.append(reached)
    assert len(seen) > 500
