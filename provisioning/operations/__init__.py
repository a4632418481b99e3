"""How a change travels: submit (the only way in) → run → settle, and what people do about the rest."""
