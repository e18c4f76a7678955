/** A chat that was exported and imported is as old as before. */
export function judge({ output }) {
  const chats = output.split('\n').filter((line) => line.includes('\tBranchy'));
  if (chats.length !== 2) return [`the lists have ${chats.length} chats, not 2`];
  return chats.filter((line) => !line.includes('2023')).map(() => 'a chat is not of 2023');
}
