// Enter goes on to the next field, so that a sheet is typed without a mouse; Ctrl+Enter is Done.
const fields = [...document.querySelectorAll("main input, main select, button.send")];
addEventListener("keydown", (event) => {
  const at = fields.indexOf(event.target);
  if (event.key !== "Enter" || at < 0 || event.target.type === "submit") return;
  event.preventDefault();
  if (event.ctrlKey) document.querySelector("button.send").click(); else fields[at + 1].focus();
});
