// "Ada is typing", for as long as she was heard of in the last five seconds.
const FOR = 5000;

export function createTyping(show) {
  let timer = 0;
  const clear = () => { clearTimeout(timer); show(""); };
  return {
    clear,
    show(name) {
      show(name);
      clearTimeout(timer);
      timer = setTimeout(clear, FOR);
    },
  };
}
