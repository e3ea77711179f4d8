/** No algorithm: a wrong field. */
export default { name: "Not Snake Case", title: "Malformed", task: "control" };
