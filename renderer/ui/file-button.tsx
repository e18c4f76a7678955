import { type ReactNode, useRef } from 'react';
import { Button } from './button.tsx';

interface FileButtonProps {
  look: 'quiet' | 'bare';
  /** Kinds of files, as an input takes them; without them, any. */
  accept?: string;
  isMultiple?: boolean;
  onFiles: (files: File[]) => void;
  /** What it says to those who do not see its picture. */
  name?: string;
  className?: string | undefined;
  testId: string;
  /** Of the hidden input, into which tests put files. */
  inputTestId: string;
  children: ReactNode;
}

/** A button that has the system ask for files. */
export function FileButton({
  look,
  accept,
  isMultiple = false,
  onFiles,
  name,
  className,
  testId,
  inputTestId,
  children,
}: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={accept}
        multiple={isMultiple}
        hidden
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          if (files.length > 0) onFiles(files);
          // The same file can be chosen again.
          target.value = '';
        }}
        data-testid={inputTestId}
      />
      <Button
        look={look}
        className={className}
        aria-label={name}
        title={name}
        onClick={() => input.current?.click()}
        testId={testId}
      >
        {children}
      </Button>
    </>
  );
}
