// Finds the element that has the focus again after it was drawn anew.
export function focusedIn(container) {
  const action = container.contains(document.activeElement) && document.activeElement.dataset.action;
  return action ? `[data-action="${CSS.escape(action)}"]` : null;
}
