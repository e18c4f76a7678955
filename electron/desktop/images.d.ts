/** A picture as a data: URL, put into the bundle. */
declare module '*.png?inline' {
  const url: string;
  export default url;
}
